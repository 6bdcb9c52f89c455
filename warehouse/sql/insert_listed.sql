-- needs: batch_listed
-- Names of a list in articles, in the order of the articles. Not of articles that were removed meanwhile.
INSERT INTO listed BY NAME
SELECT batch_listed.* FROM batch_listed SEMI JOIN articles USING (article_id) ORDER BY article_id, entity;
