-- needs: batch_noticed
-- What the search index keeps of some articles beside their texts, as the tables have it now.
CREATE OR REPLACE TEMP TABLE batch_found_by AS
SELECT a.article_id, a.source, a.language, a.published_at, a.published_precision, a.first_seen_at, a.tags, m.topics
FROM articles AS a
LEFT JOIN (
    SELECT article_id, list(topic ORDER BY topic) AS topics
    FROM matches WHERE current AND article_id IN (SELECT article_id FROM batch_noticed)
    GROUP BY article_id
) AS m USING (article_id)
WHERE a.article_id IN (SELECT article_id FROM batch_noticed)
    AND a.first_seen_at >= $since;  -- lets DuckDB skip the rows of other weeks
