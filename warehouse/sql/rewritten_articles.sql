-- needs: batch_recleaned
-- The articles that a reclean has rewritten, with their current revision. Their texts are not read again: that would read the
-- texts of the whole corpus.
SELECT article_id, revision FROM articles SEMI JOIN batch_recleaned USING (article_id, capture_file, capture_offset);
