-- needs: explored
-- The latest of the explored articles, with their strongest match; headlines and texts are in the index, from where they come sooner.
WITH page AS (SELECT article_id, dated_at FROM explored ORDER BY dated_at DESC, article_id LIMIT $count OFFSET $first),
best AS (
    SELECT
        article_id, arg_max(terms, score) AS terms, bool_or(in_title) AS in_title, max(score) AS score,
        arg_max(snippet, score) AS snippet
    FROM matches WHERE current AND article_id IN (SELECT article_id FROM page)
    GROUP BY article_id
)
SELECT
    article_id, a.source, a.language, a.published_at, a.published_precision, a.first_seen_at, terms, in_title, score, snippet, doc
FROM (
    SELECT article_id, source, language, published_at, published_precision, first_seen_at
    FROM articles WHERE article_id IN (SELECT article_id FROM page)
) AS a
JOIN page USING (article_id) LEFT JOIN best USING (article_id)
LEFT JOIN (SELECT article_id, max(doc) AS doc FROM docs GROUP BY article_id) USING (article_id)
ORDER BY page.dated_at DESC, article_id;
