-- needs: batch_quoted
-- What is quoted in articles, in the order of the articles.
INSERT INTO quoted BY NAME SELECT * FROM batch_quoted ORDER BY article_id;
