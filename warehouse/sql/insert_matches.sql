-- needs: batch_matches
-- New articles have no matches to replace.
INSERT INTO matches BY NAME SELECT * FROM batch_matches ORDER BY article_id, topic;
