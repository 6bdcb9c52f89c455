CREATE OR REPLACE VIEW stories AS
-- Most stories are one article, which need no ordering: every other article of a story is in copies.
WITH several AS (SELECT DISTINCT story_id FROM copies),
seen AS (
    SELECT
        article_id, story_id, source, title, url, published_at, first_seen_at, copies.similarity,
        min(first_seen_at) OVER (PARTITION BY articles.story_id)  AS story_seen_at,
        coalesce(first_seen_at - published_at > INTERVAL 30 DAY, false) AS is_doubtful
    FROM articles LEFT JOIN (SELECT article_id, similarity FROM copies) AS copies USING (article_id)
    WHERE story_id IN (SELECT story_id FROM several)
),
-- The order of warehouse/similarity/stories.py: what was seen outranks what a page states.
members AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY story_id
            ORDER BY first_seen_at - story_seen_at >= INTERVAL 6 HOUR, is_doubtful, published_at IS NULL, published_at,
                first_seen_at, article_id
        ) AS place
    FROM seen
)
SELECT
    story_id,
    min(article_id) FILTER (place = 1)    AS article_id,
    min(title) FILTER (place = 1)         AS title,
    min(url) FILTER (place = 1)           AS url,
    coalesce(min(published_at) FILTER (place = 1), min(published_at)) AS first_published,
    max(published_at)                     AS last_published,
    last_published - first_published      AS span,
    count(*)                              AS articles,
    count(*) - 1                          AS copies,
    count(DISTINCT source)                AS sources,
    list(source ORDER BY place)           AS outlets,
    avg(similarity)                       AS in_common
FROM members
GROUP BY story_id
UNION ALL
SELECT
    story_id, article_id, title, url, published_at, published_at, published_at - published_at,
    CAST(1 AS BIGINT), CAST(0 AS BIGINT), CAST(1 AS BIGINT), [source], CAST(NULL AS DOUBLE)
FROM articles
WHERE story_id NOT IN (SELECT story_id FROM several);

COMMENT ON VIEW stories IS 'One row per story: an article and its copies.';
COMMENT ON COLUMN stories.story_id IS 'Identity of the story, see articles.story_id.';
COMMENT ON COLUMN stories.article_id IS 'Its first article: of those first seen within six hours of the first one, the earliest published, else the first seen (a date more than 30 days before its page was first seen counts last).';
COMMENT ON COLUMN stories.title IS 'Headline of the first article.';
COMMENT ON COLUMN stories.url IS 'Address of the first article.';
COMMENT ON COLUMN stories.first_published IS 'When the first article was published (the earliest of the story if that is unknown).';
COMMENT ON COLUMN stories.last_published IS 'When the latest of its articles was published.';
COMMENT ON COLUMN stories.span IS 'Time between first_published and last_published.';
COMMENT ON COLUMN stories.articles IS 'Number of articles.';
COMMENT ON COLUMN stories.copies IS 'Number of articles except the first.';
COMMENT ON COLUMN stories.sources IS 'Number of different outlets.';
COMMENT ON COLUMN stories.outlets IS 'Outlet of each article, in the order in which they count as first.';
COMMENT ON COLUMN stories.in_common IS 'Average share of text that the copies have in common with the first article; null without copies.';
