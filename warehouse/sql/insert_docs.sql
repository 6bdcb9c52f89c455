-- needs: batch_docs, batch_found_by
-- The newly indexed texts.
INSERT INTO docs BY NAME SELECT * FROM batch_docs LEFT JOIN batch_found_by USING (article_id) ORDER BY doc;
