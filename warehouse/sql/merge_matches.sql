-- needs: batch_latest, batch_matches
-- The matches of the latest text replace those of the text before.
DELETE FROM matches WHERE article_id IN (SELECT article_id FROM batch_latest)
    AND (article_id, topic) NOT IN (SELECT (article_id, topic) FROM batch_matches);

MERGE INTO matches USING (SELECT * FROM batch_matches ORDER BY article_id, topic) AS new USING (article_id, topic)
WHEN MATCHED AND (matches.terms, matches.in_title, matches.score, matches.snippet)
    IS DISTINCT FROM (new.terms, new.in_title, new.score, new.snippet) THEN UPDATE
WHEN NOT MATCHED THEN INSERT BY NAME;
