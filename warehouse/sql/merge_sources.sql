-- needs: batch_sources
-- Rows that say nothing new stay as they are, so that most runs write none.
MERGE INTO sources USING (SELECT * FROM batch_sources ORDER BY source) AS new USING (source)
WHEN MATCHED AND (sources.tags IS DISTINCT FROM new.tags OR sources.enabled IS DISTINCT FROM new.enabled) THEN UPDATE SET
    tags = new.tags, enabled = new.enabled, changed_at = new.changed_at
WHEN NOT MATCHED THEN INSERT BY NAME;
