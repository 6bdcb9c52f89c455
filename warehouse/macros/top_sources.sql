CREATE OR REPLACE MACRO top_sources(of_topic := '', among := '', since := '-infinity') AS TABLE
WITH checked AS (
    SELECT CASE
        WHEN of_topic = '' OR EXISTS (FROM matches AS m WHERE m.topic = of_topic) THEN true
        WHEN EXISTS (FROM searches AS s WHERE s.name = of_topic) THEN error(concat(
            of_topic, ' is a saved search, and no topic. Next: among := (SELECT list(article_id) FROM search(''',
            (SELECT replace(s.query, '''', '''''') FROM searches AS s WHERE s.name = of_topic), '''))'
        ))
        ELSE error(concat(
            'no article matches a topic of the name ', of_topic, '. Topics with articles: ',
            coalesce((SELECT string_agg(DISTINCT m.topic, ', ' ORDER BY m.topic) FROM matches AS m), 'none')
        ))
    END AS is_known
),
chosen AS (
    SELECT m.article_id FROM matches AS m WHERE m.topic = of_topic AND m.current
    UNION
    SELECT unnest(TRY_CAST(among AS UUID[]))
    UNION
    SELECT a.article_id FROM articles AS a
    WHERE of_topic = '' AND CASE WHEN typeof(among) = 'VARCHAR' THEN CAST(among AS VARCHAR) = '' ELSE false END
)
SELECT
    a.source AS source, count(*) AS articles, count(DISTINCT a.story_id) AS stories,
    round(count(*) / sum(count(*)) OVER (), 4) AS share,
    max(coalesce(a.published_at, a.first_seen_at)) AS newest
FROM articles AS a SEMI JOIN chosen AS c USING (article_id)
WHERE (SELECT k.is_known FROM checked AS k) AND coalesce(a.published_at, a.first_seen_at) >= CAST(since AS TIMESTAMPTZ)
GROUP BY a.source
ORDER BY articles DESC, a.source;

COMMENT ON MACRO top_sources IS 'One row per source of the articles of a topic, of a list of articles, or, without both, of all articles; most articles first. Example: FROM top_sources(''sanctions'')';
COMMENT ON PARAMETER top_sources.of_topic IS 'Name of a topic: the articles that it selects now. One that no article matches is an error, which lists the others.';
COMMENT ON PARAMETER top_sources.among IS 'A list of article_id, such as the result of a query: among := (SELECT list(article_id) FROM articles WHERE …).';
COMMENT ON PARAMETER top_sources.since IS 'Only articles published (or, if that is unknown, first fetched) then or later; all if not given.';
COMMENT ON COLUMN top_sources.source IS 'Name of the source.';
COMMENT ON COLUMN top_sources.articles IS 'Number of articles.';
COMMENT ON COLUMN top_sources.stories IS 'Number of different stories of these articles.';
COMMENT ON COLUMN top_sources.share IS 'Share of all these articles, from 0 to 1.';
COMMENT ON COLUMN top_sources.newest IS 'When the newest of them was published, or first fetched if that is unknown.';
