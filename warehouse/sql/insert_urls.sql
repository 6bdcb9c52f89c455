-- needs: batch_fetches, known_urls_of_batch
-- URLs that no earlier run discovered, without those that are only counted.
INSERT INTO urls
    (url_id, url, canonical_url, source, kind, first_found_at, last_outcome_at, last_fetched_at, last_outcome, failures,
     article_id, is_carrier, published_at, listed_by, tried, listed_at)
SELECT
    url_id, url, canonical_url, source, kind, found_at, found_at, requested_at, outcome,
    CASE WHEN failed THEN 1 ELSE 0 END, article_id, is_carrier, published_at, listed_by,
    CASE WHEN failed OR (is_barren AND listed_by <> source) THEN [canonical_url] END, listed_at
FROM batch_fetches
WHERE NOT is_summary AND url_id NOT IN (SELECT url_id FROM known_urls_of_batch)
ORDER BY url_id;
