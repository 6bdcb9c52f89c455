-- needs: batch_current
-- New articles. They are not merged, because MERGE would read every column of the corpus.
INSERT INTO articles BY NAME SELECT * FROM batch_current ORDER BY article_id;
