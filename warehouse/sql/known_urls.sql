-- What the frontier needs of each URL of a page. The age of an article counts from its first fetch.
SELECT
    u.url_id,
    u.url,
    u.source,
    u.last_outcome,
    u.last_fetched_at,
    coalesce(a.first_seen_at, u.first_found_at) AS first_seen_at,
    u.published_at,
    u.failures,
    coalesce(u.is_carrier, false) AS is_article,
    a.gone_at,
    CASE WHEN u.listed_by <> u.source THEN u.listed_by END AS listed_by,
    u.last_outcome_at,
    coalesce(u.tried, []) AS tried
FROM urls AS u
LEFT JOIN articles AS a ON u.is_carrier AND u.article_id = a.article_id
WHERE u.kind = 'page'
