-- How many articles each topic selects, and when the newest appeared. An article counts that an edit took off the topic, too.
SELECT
    topic, count(*), count(*) FILTER (in_title), max(coalesce(published_at, first_seen_at)), count(*) FILTER (NOT current)
FROM matches JOIN articles USING (article_id)
GROUP BY topic
ORDER BY topic;
