-- needs: batch_current
-- new articles; they are not merged, for that would read every column of the corpus
INSERT INTO articles BY NAME SELECT * FROM batch_current WHERE revision = 1 ORDER BY article_id;
