-- Whom and what some articles name most, by the part of a brief that each belongs to: $parts and $ids are as long as each other.
WITH asked AS (
    SELECT unnest($parts::INTEGER[]) AS part, unnest($ids::UUID[]) AS article_id
),
counted AS (
    SELECT
        part, kind, name, count(*) AS articles,
        row_number() OVER (
            PARTITION BY part ORDER BY count(*) DESC, count(*) FILTER (in_title) DESC, sum(times) DESC, kind, name
        ) AS place
    FROM mentions JOIN asked USING (article_id)
    WHERE list_contains($kinds::VARCHAR[], kind)
    GROUP BY part, kind, name
)
SELECT part, kind, name, articles FROM counted WHERE place <= $most ORDER BY part, place;
