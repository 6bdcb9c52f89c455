-- needs: batch_links
-- The pairs of articles that are alike, in the order of time.
INSERT INTO event_links BY NAME SELECT * FROM batch_links ORDER BY dated_at, article_id, other_id;
