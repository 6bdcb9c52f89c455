CREATE OR REPLACE VIEW first_reports AS
WITH heads AS (SELECT DISTINCT story_id, of_article_id FROM copies),
firsts AS (
    SELECT
        h.story_id, a.article_id AS first_article_id, a.source AS first_source, a.title,
        CASE WHEN a.first_seen_at - a.published_at > INTERVAL 30 DAY THEN a.first_seen_at
             ELSE coalesce(a.published_at, a.first_seen_at) END AS first_at
    FROM heads AS h JOIN articles AS a ON a.article_id = h.of_article_id
),
-- A page that states an earlier time than the first article, or one long before it was seen, is dated by when it was seen.
timed AS (
    SELECT
        f.*, a.source, a.article_id, a.url,
        CASE WHEN a.article_id = f.first_article_id THEN f.first_at
             WHEN coalesce(a.published_at < f.first_at OR a.first_seen_at - a.published_at > INTERVAL 30 DAY, true)
                 THEN greatest(a.first_seen_at, f.first_at)
             ELSE a.published_at END AS reported_at
    FROM articles AS a JOIN firsts AS f ON f.story_id = a.story_id
),
-- One article of each outlet. The first article of the story goes before others of the same moment.
outlet AS (
    SELECT
        story_id, source, any_value(title) AS title, any_value(first_source) AS first_source,
        any_value(first_article_id) AS first_article_id, any_value(first_at) AS first_at,
        min({'reported_at': reported_at, 'later': article_id <> first_article_id, 'article_id': article_id, 'url': url}) AS earliest
    FROM timed
    GROUP BY story_id, source
)
SELECT
    story_id, title,
    row_number() OVER (PARTITION BY story_id ORDER BY earliest) AS place,
    source, earliest.reported_at AS reported_at, earliest.reported_at - first_at AS lag,
    earliest.article_id AS article_id, earliest.url AS url, first_source, first_article_id,
    count(*) OVER (PARTITION BY story_id)                       AS sources
FROM outlet
QUALIFY sources > 1;

COMMENT ON VIEW first_reports IS 'One row per story and outlet, of stories that several outlets carried: who had it first, how far behind the others were, and so how it spread. A story is an article and its copies, see stories.';
COMMENT ON COLUMN first_reports.story_id IS 'Story, see stories.';
COMMENT ON COLUMN first_reports.title IS 'Headline of the first article of the story.';
COMMENT ON COLUMN first_reports.place IS '1 for the outlet that had it first, 2 for the next one, and so on: after this one, so many outlets had it.';
COMMENT ON COLUMN first_reports.source IS 'The outlet.';
COMMENT ON COLUMN first_reports.reported_at IS 'When the outlet published it; when its page was first fetched if that is unknown, more than 30 days earlier, or before the first article although its page was seen six hours later or more.';
COMMENT ON COLUMN first_reports.lag IS 'Time since the first outlet had it; zero for that outlet.';
COMMENT ON COLUMN first_reports.article_id IS 'Its first article of the story, see articles.';
COMMENT ON COLUMN first_reports.url IS 'Address of this article.';
COMMENT ON COLUMN first_reports.first_source IS 'The outlet that had it first.';
COMMENT ON COLUMN first_reports.first_article_id IS 'The first article of the story, the one in stories.';
COMMENT ON COLUMN first_reports.sources IS 'How many outlets carried the story.';
