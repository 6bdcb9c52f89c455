-- needs: batch_passages, batch_postings
-- The terms and pieces of newly indexed texts. They come sorted, so that readers skip most of them.
INSERT INTO postings BY NAME SELECT * FROM batch_postings;

INSERT INTO passages BY NAME SELECT * FROM batch_passages;
