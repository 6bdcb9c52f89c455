-- needs: batch_to_index
-- Those of some articles that the search index still lacks, and that are still there.
SELECT article_id
FROM batch_to_index SEMI JOIN articles USING (article_id)
ANTI JOIN (SELECT article_id FROM docs WHERE rules = $rules) AS done USING (article_id);
