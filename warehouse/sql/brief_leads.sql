-- Who wrote articles, and in which language. How their texts begin comes from the index: here texts are read by the thousands.
SELECT article_id, language, authors FROM articles WHERE article_id IN (SELECT unnest($ids::UUID[]));
