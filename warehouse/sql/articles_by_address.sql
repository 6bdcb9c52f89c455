-- Articles with one of these addresses, as text or by its id. The lowest rank is the surest.
SELECT article_id, url, title, min(rank) AS rank
FROM (
    SELECT article_id, 1 AS rank FROM articles WHERE article_id IN (SELECT unnest($ids::UUID[]))
    UNION ALL
    SELECT article_id, 1 FROM articles WHERE url IN (SELECT unnest($written::VARCHAR[]))
    UNION ALL
    SELECT article_id, 2 FROM urls
    WHERE article_id IS NOT NULL
        AND (url_id IN (SELECT unnest($ids::UUID[])) OR url IN (SELECT unnest($written::VARCHAR[]))
            OR canonical_url IN (SELECT unnest($written::VARCHAR[])))
    UNION ALL
    SELECT article_id, 2 FROM articles WHERE raw_url IN (SELECT unnest($written::VARCHAR[]))
    UNION ALL
    SELECT article_id, 3 FROM parts WHERE url_id IN (SELECT unnest($ids::UUID[]))
) AS found
JOIN articles USING (article_id)
GROUP BY ALL
ORDER BY rank, url;
