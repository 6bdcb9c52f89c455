-- needs: batch_repeated
-- A run that is loaded late does not overwrite what a newer run found.
MERGE INTO repeated_lines USING (SELECT * FROM batch_repeated ORDER BY source, line_hash) AS new USING (source, line_hash)
WHEN MATCHED THEN UPDATE SET
    line = CASE WHEN new.last_seen_at >= repeated_lines.last_seen_at THEN new.line ELSE repeated_lines.line END,
    place = CASE WHEN 'anywhere' IN (new.place, repeated_lines.place) THEN 'anywhere' ELSE new.place END,
    articles = greatest(repeated_lines.articles, new.articles),
    first_seen_at = least(repeated_lines.first_seen_at, new.first_seen_at),
    last_seen_at = greatest(repeated_lines.last_seen_at, new.last_seen_at)
WHEN NOT MATCHED THEN INSERT BY NAME;
