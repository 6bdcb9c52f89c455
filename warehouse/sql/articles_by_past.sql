-- Articles that these addresses gave in some run, latest first.
SELECT article_id, url, title
FROM articles JOIN (
    SELECT article_id, max(requested_at) AS given_at FROM fetches
    WHERE article_id IS NOT NULL AND url_id IN (SELECT unnest($ids::UUID[]))
    GROUP BY article_id
) AS given USING (article_id)
ORDER BY given_at DESC NULLS LAST
LIMIT 1;
