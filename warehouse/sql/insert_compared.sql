-- needs: batch_gone_through
-- Which articles were compared with a list. Not those that were removed meanwhile.
INSERT INTO compared BY NAME
SELECT batch_gone_through.* FROM batch_gone_through SEMI JOIN articles USING (article_id) ORDER BY article_id;
