-- needs: explored
-- The most frequent sources, languages, tags (of outlets and of notes) and topics of the explored articles.
SELECT facet, value, articles FROM (
    SELECT 'source' AS facet, source AS value, count(*) AS articles FROM explored GROUP BY source
    UNION ALL
    SELECT 'language', language, count(*) FROM explored WHERE language IS NOT NULL GROUP BY language
    UNION ALL
    SELECT 'tag', tag, count(*)
    FROM (
        SELECT unnest(tags) AS tag FROM explored
        UNION ALL
        SELECT unnest(tags) FROM notes SEMI JOIN explored USING (article_id) WHERE deleted_at IS NULL
    )
    GROUP BY tag
    UNION ALL
    SELECT 'topic', topic, count(*) FROM matches SEMI JOIN explored USING (article_id) WHERE current GROUP BY topic
)
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY articles DESC, value) <= $most
ORDER BY facet, articles DESC, value;
