-- How the texts of articles begin, and who wrote them.
SELECT article_id, language, authors, left(text, 1000) AS beginning
FROM articles
WHERE article_id IN (SELECT unnest($ids::UUID[]));
