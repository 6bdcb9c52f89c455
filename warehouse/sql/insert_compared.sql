-- needs: batch_compared
-- Which articles were compared with a list. Not those that were removed meanwhile.
INSERT INTO compared BY NAME
SELECT batch_compared.* FROM batch_compared SEMI JOIN articles USING (article_id) ORDER BY article_id;
