CREATE OR REPLACE VIEW timeline AS
WITH matching AS (
    SELECT
        topic,
        CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day,
        count(*)                                                            AS articles,
        count(DISTINCT story_id)                                            AS stories,
        count(DISTINCT source)                                              AS sources,
        count(*) FILTER (NOT current)                                       AS edited_away
    FROM matches JOIN articles USING (article_id)
    GROUP BY topic, day
),
-- A day after the latest collection is no day without articles: nobody has looked yet.
spans AS (
    SELECT
        topic, min(day) AS first_day,
        greatest(max(day), (SELECT CAST(timezone('UTC', max(started_at)) AS DATE) FROM runs WHERE flow = 'collect')) AS last_day
    FROM matching
    GROUP BY topic
),
days AS (
    SELECT topic, CAST(unnest(generate_series(CAST(first_day AS TIMESTAMP), CAST(last_day AS TIMESTAMP), INTERVAL 1 DAY)) AS DATE) AS day
    FROM spans
)
SELECT
    topic, day,
    coalesce(articles, 0)    AS articles,
    coalesce(stories, 0)     AS stories,
    coalesce(sources, 0)     AS sources,
    coalesce(edited_away, 0) AS edited_away
FROM days LEFT JOIN matching USING (topic, day);

COMMENT ON VIEW timeline IS 'One row per topic and day (UTC), without gaps: from the first day with a matching article to the last one, or to the day of the latest collection if that is later. Days without articles have zeros.';
COMMENT ON COLUMN timeline.topic IS 'Name of the topic.';
COMMENT ON COLUMN timeline.day IS 'Day of publication, or of the first fetch if the time of publication is unknown. coverage counts by the date of the listing, because it also has pages that were not kept: for the share of a topic, use its column topics and not this view.';
COMMENT ON COLUMN timeline.articles IS 'Number of matching articles. An article counts even if an edit took the words of the topic out later.';
COMMENT ON COLUMN timeline.stories IS 'Number of different stories of these articles.';
COMMENT ON COLUMN timeline.sources IS 'Number of outlets of these articles.';
COMMENT ON COLUMN timeline.edited_away IS 'How many of the articles lost the words of the topic in an edit.';
