-- Whatever is in the corpus twice.
SELECT 'same url' AS why, url AS what, count(*) AS times
FROM articles GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'same id', article_id::VARCHAR, count(*)
FROM articles GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'same capture', concat(capture_file, ' ', capture_offset), count(*)
FROM articles GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'same text in one source', concat(source, ' ', any_value(url)), count(*)
FROM articles GROUP BY source, content_hash HAVING count(*) > 1
UNION ALL
SELECT 'same match', concat(article_id, ' ', topic), count(*)
FROM matches GROUP BY article_id, topic HAVING count(*) > 1
