-- needs: batch_fetches
INSERT INTO fetches BY NAME
SELECT * EXCLUDE (is_carrier, found_at, visited, failed, published_at) FROM batch_fetches
ORDER BY source, url_id;
