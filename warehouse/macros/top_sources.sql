CREATE OR REPLACE MACRO top_sources(of_topic := '', among := '[]', since := '-infinity') AS TABLE
WITH chosen AS (
    SELECT m.article_id FROM matches AS m WHERE m.topic = of_topic AND m.current
    UNION
    SELECT unnest(CAST(among AS UUID[]))
)
SELECT
    a.source AS source, count(*) AS articles, count(DISTINCT a.story_id) AS stories,
    round(count(*) / sum(count(*)) OVER (), 4) AS share,
    max(coalesce(a.published_at, a.first_seen_at)) AS newest
FROM articles AS a SEMI JOIN chosen AS c USING (article_id)
WHERE coalesce(a.published_at, a.first_seen_at) >= CAST(since AS TIMESTAMPTZ)
GROUP BY a.source
ORDER BY articles DESC, a.source;

COMMENT ON MACRO top_sources IS 'One row per source of the articles of a topic, or of a list of articles; most articles first. Example: FROM top_sources(''sanctions'')';
COMMENT ON PARAMETER top_sources.of_topic IS 'Name of a topic: the articles that it selects now.';
COMMENT ON PARAMETER top_sources.among IS 'A list of article_id, such as the result of a query: among := (SELECT list(article_id) FROM articles WHERE …).';
COMMENT ON PARAMETER top_sources.since IS 'Only articles published (or, if that is unknown, first fetched) then or later; all if not given.';
COMMENT ON COLUMN top_sources.source IS 'Name of the source.';
COMMENT ON COLUMN top_sources.articles IS 'Number of articles.';
COMMENT ON COLUMN top_sources.stories IS 'Number of different stories of these articles.';
COMMENT ON COLUMN top_sources.share IS 'Share of all these articles, from 0 to 1.';
COMMENT ON COLUMN top_sources.newest IS 'When the newest of them was published, or first fetched if that is unknown.';
