-- Entries of lists of names that articles have, what most of them name first, each with the ways in which it is written, the most
-- frequent first. A NULL restricts nothing; `$like` is a part of the entry, or of how it is written, in any case.
WITH hits AS (
    SELECT
        l.list, l.entity, l.kind, l.article_id, l.written, l.in_title, l.times, a.source, a.language,
        coalesce(a.published_at, a.first_seen_at) AS dated_at
    FROM listed AS l JOIN articles AS a USING (article_id)
    WHERE ($lists::VARCHAR[] IS NULL OR list_contains($lists::VARCHAR[], l.list))
        AND ($kinds::VARCHAR[] IS NULL OR list_contains($kinds::VARCHAR[], l.kind))
        AND (
            $like::VARCHAR IS NULL
            OR contains(lower(l.entity), lower($like))
            OR contains(lower(array_to_string(l.written, chr(10))), lower($like))
        )
        AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], a.source))
        AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], a.language))
        AND ($since::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since)
        AND ($until::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) < $until)
        AND ($ids::UUID[] IS NULL OR l.article_id IN (SELECT unnest($ids::UUID[])))
        AND (
            $topics::VARCHAR[] IS NULL
            OR l.article_id IN (SELECT article_id FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic))
        )
),
spelled AS (
    SELECT list, entity, list(written ORDER BY articles DESC, written) AS written
    FROM (
        SELECT list, entity, written, count(*) AS articles
        FROM (SELECT list, entity, unnest(written) AS written FROM hits)
        GROUP BY ALL
    )
    GROUP BY ALL
)
SELECT
    h.list, h.entity, max(h.kind) AS kind, count(DISTINCT h.article_id) AS articles,
    count(DISTINCT h.article_id) FILTER (h.in_title) AS titles, sum(h.times)::BIGINT AS times,
    count(DISTINCT h.source) AS sources, list_sort(list(DISTINCT h.language)) AS languages,
    min(h.dated_at) AS first_at, max(h.dated_at) AS last_at, any_value(s.written) AS written
FROM hits AS h JOIN spelled AS s USING (list, entity)
GROUP BY h.list, h.entity
ORDER BY articles DESC, titles DESC, times DESC, h.list, h.entity
LIMIT $most;
