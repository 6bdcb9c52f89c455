-- needs: explored
-- The most frequent sources, languages, tags (of outlets and of notes), topics, names and entries of lists of names of the explored
-- articles, and all their days (UTC).
SELECT facet, value, DATE '1970-01-01' + day AS day, articles FROM (
    SELECT 'source' AS facet, source AS value, NULL::INTEGER AS day, count(*) AS articles FROM explored GROUP BY source
    UNION ALL
    SELECT 'language', language, NULL, count(*) FROM explored WHERE language IS NOT NULL GROUP BY language
    UNION ALL
    SELECT 'tag', tag, NULL, count(*)
    FROM (
        SELECT unnest(tags) AS tag FROM explored
        UNION ALL
        SELECT unnest(tags) FROM notes SEMI JOIN explored USING (article_id) WHERE deleted_at IS NULL
    )
    GROUP BY tag
    UNION ALL
    SELECT 'topic', topic, NULL, count(*) FROM (SELECT unnest(topics) AS topic FROM explored) GROUP BY topic
    UNION ALL
    SELECT 'name', name, NULL, count(DISTINCT article_id) FROM mentions SEMI JOIN explored USING (article_id) GROUP BY name
    UNION ALL
    SELECT 'entity', entity, NULL, count(DISTINCT article_id) FROM listed SEMI JOIN explored USING (article_id) GROUP BY entity
    UNION ALL
    SELECT 'day', NULL, floor(epoch(dated_at) / 86400)::INTEGER AS day, count(*) FROM explored GROUP BY day
)
QUALIFY facet = 'day' OR row_number() OVER (PARTITION BY facet ORDER BY articles DESC, value) <= $most
ORDER BY facet, day, articles DESC, value;
