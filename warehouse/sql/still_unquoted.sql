-- needs: batch_to_quote
-- Those of some articles that were still not searched for quotations, and that are still there.
SELECT article_id
FROM batch_to_quote SEMI JOIN articles USING (article_id) ANTI JOIN quoted USING (article_id);
