CREATE OR REPLACE VIEW timeline AS
SELECT
    topic,
    CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day,
    count(*)                                                            AS articles,
    count(DISTINCT story_id)                                            AS stories,
    count(DISTINCT source)                                              AS sources,
    count(*) FILTER (NOT current)                                       AS edited_away
FROM matches JOIN articles USING (article_id)
GROUP BY topic, day;

COMMENT ON VIEW timeline IS 'One row per topic and day (UTC) with matching articles. day: day of publication, or of the first fetch if the time of publication is unknown. articles, stories, sources: number of matching articles, of different stories and of outlets; an article counts even if an edit took the words of the topic out later. edited_away: how many of the articles are such.';
