-- needs: chosen
-- The most frequent sources, languages, tags (of outlets and of notes) and topics of the chosen articles.
SELECT facet, value, articles FROM (
    SELECT 'source' AS facet, source AS value, count(*) AS articles FROM chosen GROUP BY source
    UNION ALL
    SELECT 'language', language, count(*) FROM chosen WHERE language IS NOT NULL GROUP BY language
    UNION ALL
    SELECT 'tag', tag, count(*)
    FROM (
        SELECT unnest(tags) AS tag FROM chosen
        UNION ALL
        SELECT unnest(tags) FROM notes SEMI JOIN chosen USING (article_id) WHERE deleted_at IS NULL
    )
    GROUP BY tag
    UNION ALL
    SELECT 'topic', topic, count(*) FROM matches SEMI JOIN chosen USING (article_id) WHERE current GROUP BY topic
)
QUALIFY row_number() OVER (PARTITION BY facet ORDER BY articles DESC, value) <= $most
ORDER BY facet, articles DESC, value;
