-- How many stored articles of each source were published on each of the 28 days up to `today`, oldest first. Days are those of
-- `zone`, but where only a day is known it is that of the outlet, whose midnight may be in any zone from UTC+13 on.
SELECT
    source,
    list_transform(
        range(27, -1, -1),
        lambda back: len(list_filter(list(CAST(
            CASE
                WHEN published_precision = 'day' THEN timezone('UTC', published_at) + INTERVAL 13 HOURS
                ELSE timezone($zone, coalesce(published_at, first_seen_at))
            END AS DATE
        )), lambda day: day = $today - CAST(back AS INTEGER)))
    )
FROM articles
WHERE coalesce(published_at, first_seen_at) >= CAST($today AS DATE) - INTERVAL 30 DAYS
GROUP BY source
