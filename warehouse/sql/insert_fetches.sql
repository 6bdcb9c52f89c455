-- needs: batch_fetches
-- A row per URL of the run.
INSERT INTO fetches BY NAME
SELECT * EXCLUDE (is_carrier, found_at, visited, is_summary, failed, is_barren, published_at, listed_at) FROM batch_fetches
ORDER BY source, url_id;
