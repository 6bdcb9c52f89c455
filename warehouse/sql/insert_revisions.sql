-- needs: batch_revisions
INSERT INTO revisions BY NAME SELECT * FROM batch_revisions ORDER BY article_id, revision;
