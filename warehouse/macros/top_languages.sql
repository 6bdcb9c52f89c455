CREATE OR REPLACE MACRO top_languages(of_topic := '', among := '[]', since := '-infinity') AS TABLE
WITH chosen AS (
    SELECT m.article_id FROM matches AS m WHERE m.topic = of_topic AND m.current
    UNION
    SELECT unnest(CAST(among AS UUID[]))
)
SELECT
    a.language AS language, count(*) AS articles, count(DISTINCT a.story_id) AS stories,
    round(count(*) / sum(count(*)) OVER (), 4) AS share,
    max(coalesce(a.published_at, a.first_seen_at)) AS newest
FROM articles AS a SEMI JOIN chosen AS c USING (article_id)
WHERE coalesce(a.published_at, a.first_seen_at) >= CAST(since AS TIMESTAMPTZ)
GROUP BY a.language
ORDER BY articles DESC, a.language;

COMMENT ON MACRO top_languages IS 'One row per language of the articles of a topic, or of a list of articles; most articles first. Example: FROM top_languages(''sanctions'')';
COMMENT ON PARAMETER top_languages.of_topic IS 'Name of a topic: the articles that it selects now.';
COMMENT ON PARAMETER top_languages.among IS 'A list of article_id, such as the result of a query: among := (SELECT list(article_id) FROM articles WHERE …).';
COMMENT ON PARAMETER top_languages.since IS 'Only articles published (or, if that is unknown, first fetched) then or later; all if not given.';
COMMENT ON COLUMN top_languages.language IS 'Language, as an ISO 639 code; null if it is unknown.';
COMMENT ON COLUMN top_languages.articles IS 'Number of articles.';
COMMENT ON COLUMN top_languages.stories IS 'Number of different stories of these articles.';
COMMENT ON COLUMN top_languages.share IS 'Share of all these articles, from 0 to 1.';
COMMENT ON COLUMN top_languages.newest IS 'When the newest of them was published, or first fetched if that is unknown.';
