-- When the first article of each of these topics was fetched: of what was published before, only some is known.
SELECT m.topic, min(a.first_seen_at)
FROM matches AS m JOIN articles AS a USING (article_id)
WHERE list_contains($topics::VARCHAR[], m.topic)
GROUP BY m.topic;
