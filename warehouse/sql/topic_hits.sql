-- needs: asked_docs
-- What topics select of indexed texts, with the strongest match of each.
SELECT
    article_id, a.source, a.language, a.published_at, a.published_precision, a.first_seen_at, a.url, a.title,
    b.terms, b.in_title, b.score, b.snippet
FROM (
    SELECT
        article_id, arg_max(terms, score) AS terms, bool_or(in_title) AS in_title, max(score) AS score,
        arg_max(snippet, score) AS snippet
    FROM matches
    WHERE current AND list_contains($topics::VARCHAR[], topic)
    GROUP BY article_id
) AS b
JOIN (SELECT doc, article_id FROM docs SEMI JOIN asked_docs USING (doc)) AS d USING (article_id)
JOIN articles AS a USING (article_id)
ORDER BY CASE WHEN $by_score THEN b.score END DESC, coalesce(a.published_at, a.first_seen_at) DESC, d.doc DESC
LIMIT $limit;
