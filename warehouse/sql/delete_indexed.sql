-- needs: batch_docs
-- Indexed texts in whose place others come.
DELETE FROM docs WHERE article_id IN (SELECT article_id FROM batch_docs);
