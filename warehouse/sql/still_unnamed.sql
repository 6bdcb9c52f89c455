-- needs: batch_to_name
-- Those of some articles that were still not searched by the present rules, and that are still there.
SELECT article_id
FROM batch_to_name SEMI JOIN articles USING (article_id)
ANTI JOIN (SELECT article_id FROM named WHERE rules >= $rules) AS done USING (article_id);
