-- A view's columns cannot carry comments in DuckLake, so the comment of each view explains them.

CREATE VIEW stories AS
WITH members AS (
    SELECT *, row_number() OVER (PARTITION BY story_id ORDER BY published_at NULLS LAST, first_seen_at, article_id) AS place
    FROM articles
)
SELECT
    story_id,
    min(article_id) FILTER (place = 1)                               AS article_id,
    min(title) FILTER (place = 1)                                    AS title,
    min(url) FILTER (place = 1)                                      AS url,
    min(published_at)                                                AS first_published,
    max(published_at)                                                AS last_published,
    max(published_at) - min(published_at)                            AS span,
    count(*)                                                         AS articles,
    count(*) - 1                                                     AS copies,
    count(DISTINCT source)                                           AS sources,
    list(source ORDER BY place)                                      AS outlets
FROM members
GROUP BY story_id;

COMMENT ON VIEW stories IS 'A row per story, that is an article and its copies. article_id, title, url: its first article (earliest published, then first seen). first_published, last_published, span: when its articles appeared. articles: how many there are; copies: how many repeat the first. sources: number of different outlets; outlets: the source of each article, in order of appearance.';

CREATE VIEW timeline AS
SELECT
    topic,
    CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) AS day,
    count(*)                                                            AS articles,
    count(DISTINCT story_id)                                            AS stories,
    count(DISTINCT source)                                              AS sources
FROM matches JOIN articles USING (article_id)
GROUP BY topic, day;

COMMENT ON VIEW timeline IS 'A row per topic and day (UTC) with articles. day: of publication, or of the first fetch where the publication time is unknown. articles, stories, sources: how many articles the topic selects, in how many different stories, from how many outlets.';
