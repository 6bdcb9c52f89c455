-- Whom and what indexed articles name, what most of them name first. A NULL restricts nothing; `$like` is a part of the name,
-- in any case.
WITH chosen AS (
    SELECT article_id, source, language, coalesce(published_at, first_seen_at) AS dated_at
    FROM docs
    WHERE ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
        AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], language))
        AND ($since::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) >= $since)
        AND ($until::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) < $until)
        AND ($topics::VARCHAR[] IS NULL OR list_has_any(topics, $topics::VARCHAR[]))
        AND ($ids::UUID[] IS NULL OR article_id IN (SELECT unnest($ids::UUID[])))
),
entered AS (
    SELECT article_id, written, max(entity) AS entity
    FROM (SELECT article_id, entity, unnest(written) AS written FROM listed)
    GROUP BY article_id, written
)
SELECT
    m.kind, m.name, max(coalesce(m.entity, e.entity)) AS entity, count(*) AS articles, count(*) FILTER (m.in_title) AS titles,
    sum(m.times)::BIGINT AS times, count(DISTINCT c.source) AS sources, list_sort(list(DISTINCT c.language)) AS languages,
    min(c.dated_at) AS first_at, max(c.dated_at) AS last_at
FROM mentions AS m
JOIN chosen AS c USING (article_id)
LEFT JOIN entered AS e ON e.article_id = m.article_id AND e.written = m.name
WHERE ($kinds::VARCHAR[] IS NULL OR list_contains($kinds::VARCHAR[], m.kind))
    AND ($like::VARCHAR IS NULL OR contains(lower(m.name), lower($like)) OR contains(lower(coalesce(m.entity, e.entity)), lower($like)))
GROUP BY m.kind, m.name
ORDER BY articles DESC, titles DESC, times DESC, m.kind, m.name
LIMIT $most;
