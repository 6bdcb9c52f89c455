-- needs: batch_profiles
-- What of new articles is compared, in the order of time.
INSERT INTO event_profiles BY NAME SELECT * FROM batch_profiles ORDER BY dated_at, article_id;
