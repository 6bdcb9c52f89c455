-- needs: asked_docs
-- Indexed texts with the strongest current match of each, of some topics or (NULL) of any; those without a match, too.
SELECT
    doc, article_id, source, language, published_at, published_precision, first_seen_at, b.terms, b.in_title, b.score, b.snippet
FROM (FROM docs SEMI JOIN asked_docs USING (doc)) AS d
LEFT JOIN (
    SELECT
        article_id, arg_max(terms, score) AS terms, bool_or(in_title) AS in_title, max(score) AS score,
        arg_max(snippet, score) AS snippet
    FROM matches
    WHERE current
        AND ($topics::VARCHAR[] IS NULL OR list_contains($topics::VARCHAR[], topic))
        AND article_id IN (SELECT article_id FROM docs SEMI JOIN asked_docs USING (doc))
    GROUP BY article_id
) AS b USING (article_id);
