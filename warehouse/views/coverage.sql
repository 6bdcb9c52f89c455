CREATE OR REPLACE VIEW coverage AS
WITH pages AS (
    SELECT
        source, last_outcome, article_id,
        -- A listing that gives a time to come, or none, says nothing; then the page is of the day on which it was found.
        -- The days of UTC are counted, which takes half the time of a conversion.
        DATE '1970-01-01' + CAST(floor(epoch(
            CASE WHEN listed_at <= first_found_at + INTERVAL 1 DAY THEN listed_at ELSE first_found_at END
        ) / 86400) AS INTEGER) AS day
    FROM urls
    -- An article counts at its own address only.
    WHERE kind = 'page' AND (article_id IS NULL OR is_carrier)
),
-- A backfill keeps only what is on topic, so its pages are no share of anything. They were fetched before the run that found them.
archived AS (
    SELECT a.article_id
    FROM articles AS a JOIN urls AS u ON u.article_id = a.article_id AND u.is_carrier
    WHERE u.listed_by IS NULL AND a.first_seen_at < u.first_found_at
),
counted AS (SELECT * FROM pages WHERE article_id IS NULL OR article_id NOT IN (SELECT article_id FROM archived)),
topical AS (SELECT DISTINCT article_id FROM matches WHERE current),
of_topics AS (
    SELECT source, day, map_from_entries(list((topic, articles) ORDER BY topic)) AS topics
    FROM (SELECT c.source, c.day, m.topic, count(*) AS articles FROM counted AS c JOIN matches AS m USING (article_id) WHERE m.current GROUP BY ALL)
    GROUP BY source, day
),
of_days AS (
    SELECT
        c.source, c.day,
        count(*)                                                                              AS found,
        count(t.article_id)                                                                   AS on_topic,
        count(*) FILTER (c.article_id IS NOT NULL OR c.last_outcome IN ('off-topic', 'copy')) AS articles
    FROM counted AS c LEFT JOIN topical AS t ON t.article_id = c.article_id
    GROUP BY c.source, c.day
)
SELECT d.source, d.day, d.found, d.on_topic, d.articles, coalesce(t.topics, MAP {}) AS topics
FROM of_days AS d LEFT JOIN of_topics AS t USING (source, day);

COMMENT ON VIEW coverage IS 'One row per source and day (UTC) with pages that its listings named, or that its pages led to: all coverage, on topic or not, of which a topic is a share. Each page counts once, however often it was fetched, and an article with several addresses counts once. Pages of a backfill are left out, as it keeps only what is on topic; so are addresses beyond max_addresses, which are only counted (fetches.urls). A share is one column of this view divided by another: timeline counts by the day of publication, which is another day for some articles.';
COMMENT ON COLUMN coverage.source IS 'Name of the source that the pages belong to.';
COMMENT ON COLUMN coverage.day IS 'Day of the page by the date that a listing gives (see urls.listed_at), else the day of the run that found it first. Pages that were not kept have no other date. It may differ from the day of publication, by which timeline counts.';
COMMENT ON COLUMN coverage.found IS 'Number of pages found, whatever became of them.';
COMMENT ON COLUMN coverage.on_topic IS 'How many of them gave an article that a topic selects.';
COMMENT ON COLUMN coverage.articles IS 'How many of them are articles, on topic or not: the denominator for a share of all coverage. Pages that could not be fetched, and that are no articles, do not count.';
COMMENT ON COLUMN coverage.topics IS 'How many of them each topic selects: topics[''sanctions''] is a number, or null for none. An article of two topics counts for both.';
