-- How many stored articles of each source were published on each of the 28 days up to `today` (UTC), oldest first.
SELECT
    source,
    list_transform(
        range(27, -1, -1),
        back -> len(list_filter(list(CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE)), day -> day = $today - CAST(back AS INTEGER)))
    )
FROM articles
WHERE coalesce(published_at, first_seen_at) >= CAST($today AS DATE) - INTERVAL 28 DAYS
GROUP BY source
