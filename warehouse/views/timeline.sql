CREATE OR REPLACE VIEW timeline AS
SELECT
    topic,
    CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day,
    count(*)                                                            AS articles,
    count(DISTINCT story_id)                                            AS stories,
    count(DISTINCT source)                                              AS sources
FROM matches JOIN articles USING (article_id)
GROUP BY topic, day;

COMMENT ON VIEW timeline IS 'A row per topic and day (UTC) with articles. day: of publication, or of the first fetch where the publication time is unknown. articles, stories, sources: how many articles the topic selects, in how many different stories, from how many outlets.';
