-- needs: batch_docs, batch_found_by
-- The newly indexed texts, in place of earlier ones of the same articles.
DELETE FROM docs WHERE article_id IN (SELECT article_id FROM batch_docs);

INSERT INTO docs BY NAME SELECT * FROM batch_docs LEFT JOIN batch_found_by USING (article_id) ORDER BY doc;
