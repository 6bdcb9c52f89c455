-- needs: batch_latest, batch_matches
-- The matches of these articles, as they are after the load, replace those before it.
DELETE FROM matches WHERE article_id IN (SELECT article_id FROM batch_latest)
    AND (article_id, topic) NOT IN (SELECT (article_id, topic) FROM batch_matches);

MERGE INTO matches USING (SELECT * FROM batch_matches ORDER BY article_id, topic) AS new USING (article_id, topic)
WHEN MATCHED AND (matches.terms, matches.in_title, matches.score, matches.snippet, matches.revision, matches.current)
    IS DISTINCT FROM (new.terms, new.in_title, new.score, new.snippet, new.revision, new.current) THEN UPDATE
WHEN NOT MATCHED THEN INSERT BY NAME;
