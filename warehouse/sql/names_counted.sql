-- Whom and what articles name, what most of them name first. A NULL restricts nothing; `$like` is a part of the name, in any case.
SELECT
    m.kind, m.name, max(coalesce(m.entity, l.entity)) AS entity, count(*) AS articles, count(*) FILTER (m.in_title) AS titles,
    sum(m.times)::BIGINT AS times, count(DISTINCT a.source) AS sources, list_sort(list(DISTINCT a.language)) AS languages,
    min(coalesce(a.published_at, a.first_seen_at)) AS first_at, max(coalesce(a.published_at, a.first_seen_at)) AS last_at
FROM mentions AS m JOIN articles AS a USING (article_id)
LEFT JOIN (
    SELECT article_id, written, max(entity) AS entity
    FROM (SELECT article_id, entity, unnest(written) AS written FROM listed)
    GROUP BY article_id, written
) AS l ON l.article_id = m.article_id AND l.written = m.name
WHERE ($kinds::VARCHAR[] IS NULL OR list_contains($kinds::VARCHAR[], m.kind))
    AND ($like::VARCHAR IS NULL OR contains(lower(m.name), lower($like)) OR contains(lower(coalesce(m.entity, l.entity)), lower($like)))
    AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], a.source))
    AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], a.language))
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since)
    AND ($until::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) < $until)
    AND ($ids::UUID[] IS NULL OR list_contains($ids::UUID[], m.article_id))
    AND (
        $topics::VARCHAR[] IS NULL
        OR m.article_id IN (SELECT article_id FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic))
    )
GROUP BY m.kind, m.name
ORDER BY articles DESC, titles DESC, times DESC, m.kind, m.name
LIMIT $most;
