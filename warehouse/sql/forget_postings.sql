-- needs: gone_articles
-- All that the search index has of texts that are forgotten, also as they read earlier.
DELETE FROM docs WHERE article_id IN (SELECT article_id FROM gone_articles);

DELETE FROM postings WHERE doc NOT IN (SELECT doc FROM docs);

DELETE FROM passages WHERE doc NOT IN (SELECT doc FROM docs);
