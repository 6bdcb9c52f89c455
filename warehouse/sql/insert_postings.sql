-- needs: batch_passages, batch_postings
-- The terms and pieces of newly indexed texts, sorted, so that readers skip most of them.
INSERT INTO postings BY NAME SELECT * FROM batch_postings ORDER BY term, doc;

INSERT INTO passages BY NAME SELECT * FROM batch_passages ORDER BY doc, part;
