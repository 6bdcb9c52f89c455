-- needs: batch_displaced
-- The address that each displaced article was taken from, and whether no other article is there.
SELECT
    a.article_id,
    min(u.url_id),
    coalesce(arg_min(u.canonical_url, u.url_id), any_value(a.raw_url)),
    min(u.url_id) NOT IN (SELECT article_id FROM articles)
FROM articles AS a LEFT JOIN urls AS u ON u.article_id = a.article_id AND u.is_carrier
WHERE a.article_id IN (SELECT article_id FROM batch_displaced)
GROUP BY a.article_id
ORDER BY a.article_id;
