-- needs: batch_latest, batch_matches
-- what selects the latest text replaces what selected the one before
DELETE FROM matches WHERE article_id IN (SELECT article_id FROM batch_latest)
    AND (article_id, topic) NOT IN (SELECT (article_id, topic) FROM batch_matches);

MERGE INTO matches USING (SELECT * FROM batch_matches ORDER BY article_id, topic) AS new USING (article_id, topic)
WHEN MATCHED AND (matches.terms, matches.in_title, matches.score, matches.snippet)
    IS DISTINCT FROM (new.terms, new.in_title, new.score, new.snippet) THEN UPDATE
WHEN NOT MATCHED THEN INSERT BY NAME;
