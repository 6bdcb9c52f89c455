-- How many articles each topic selects, and when the newest appeared.
SELECT topic, count(*), count(*) FILTER (in_title), max(coalesce(published_at, first_seen_at))
FROM matches JOIN articles USING (article_id)
GROUP BY topic
ORDER BY topic;
