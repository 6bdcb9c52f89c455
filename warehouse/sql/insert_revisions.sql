-- needs: batch_revisions
-- The current revisions, and all revisions of rewritten histories.
INSERT INTO revisions BY NAME SELECT * FROM batch_revisions ORDER BY article_id, revision;
