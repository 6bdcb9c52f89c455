CREATE OR REPLACE VIEW stories AS
WITH members AS (
    SELECT
        articles.*, copies.similarity,
        row_number() OVER (PARTITION BY articles.story_id ORDER BY published_at NULLS LAST, first_seen_at, articles.article_id) AS place
    FROM articles LEFT JOIN copies USING (article_id)
)
SELECT
    story_id,
    min(article_id) FILTER (place = 1)    AS article_id,
    min(title) FILTER (place = 1)         AS title,
    min(url) FILTER (place = 1)           AS url,
    min(published_at)                     AS first_published,
    max(published_at)                     AS last_published,
    max(published_at) - min(published_at) AS span,
    count(*)                              AS articles,
    count(*) - 1                          AS copies,
    count(DISTINCT source)                AS sources,
    list(source ORDER BY place)           AS outlets,
    avg(similarity)                       AS in_common
FROM members
GROUP BY story_id;

COMMENT ON VIEW stories IS 'One row per story: an article and its copies. article_id, title, url: its first article (the earliest published, else the first seen). first_published, last_published, span: when its articles appeared. articles: number of articles; copies: number of articles except the first. sources: number of different outlets; outlets: source of each article, in order of appearance. in_common: average share of text that the copies have in common with the first; null without copies.';
