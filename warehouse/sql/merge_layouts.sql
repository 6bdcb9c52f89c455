-- needs: batch_layouts
-- Versions never change; only that they end does.
MERGE INTO layouts USING (SELECT * FROM batch_layouts ORDER BY source, version, part, place) AS new USING (source, version, part, place)
WHEN MATCHED THEN UPDATE SET valid_until = new.valid_until
WHEN NOT MATCHED THEN INSERT BY NAME;
