CREATE OR REPLACE MACRO blind_spots(outlet, others := 2, of_topic := '') AS TABLE
WITH checked AS (
    SELECT CASE
        WHEN NOT EXISTS (FROM articles AS a WHERE a.source = outlet) THEN error(concat(
            'there is no article of an outlet of the name ', outlet, '. Outlets with articles: ',
            coalesce((SELECT string_agg(DISTINCT a.source, ', ' ORDER BY a.source) FROM articles AS a), 'none')
        ))
        WHEN of_topic = '' OR EXISTS (FROM matches AS m WHERE m.topic = of_topic) THEN true
        ELSE error(concat(
            'no article matches a topic of the name ', of_topic, '. Topics with articles: ',
            coalesce((SELECT string_agg(DISTINCT m.topic, ', ' ORDER BY m.topic) FROM matches AS m), 'none')
        ))
    END AS is_known
),
watched AS (SELECT min(a.first_seen_at) AS since FROM articles AS a WHERE a.source = outlet),
carried AS (
    SELECT
        a.story_id, count(DISTINCT a.source) AS sources, min(coalesce(a.published_at, a.first_seen_at)) AS first_at,
        min(a.first_seen_at) AS first_seen_at, list(DISTINCT a.source ORDER BY a.source) AS outlets
    FROM articles AS a
    WHERE a.story_id IN (SELECT c.story_id FROM copies AS c)
    GROUP BY a.story_id
),
-- An outlet that was not collected when a story came up, because it was disabled or newslake was off, is not blind to it.
asked AS (SELECT r.started_at FROM source_runs AS r WHERE r.source = outlet),
missed AS (
    SELECT c.*
    FROM carried AS c
    WHERE c.sources >= others AND NOT list_contains(c.outlets, outlet) AND (
        NOT EXISTS (FROM asked)
        OR EXISTS (
            FROM asked AS r
            WHERE r.started_at >= c.first_seen_at - INTERVAL 1 DAY AND r.started_at <= c.first_seen_at + INTERVAL 2 DAYS
        )
    )
),
topical AS (
    SELECT a.story_id, list(DISTINCT m.topic ORDER BY m.topic) AS topics
    FROM articles AS a JOIN matches AS m USING (article_id)
    WHERE m.current AND a.story_id IN (SELECT c.story_id FROM missed AS c)
    GROUP BY a.story_id
),
heads AS (
    SELECT a.story_id, a.article_id, a.title, a.url, a.source
    FROM articles AS a
    WHERE a.story_id IN (SELECT c.story_id FROM missed AS c) AND a.article_id NOT IN (SELECT c.article_id FROM copies AS c)
)
SELECT
    c.story_id, h.title, c.first_at, h.source AS first_source, c.sources, c.outlets, coalesce(t.topics, []) AS topics,
    h.article_id, h.url
FROM missed AS c JOIN heads AS h USING (story_id) LEFT JOIN topical AS t USING (story_id)
WHERE (SELECT k.is_known FROM checked AS k) AND c.first_seen_at >= (SELECT w.since FROM watched AS w) AND (of_topic = '' OR list_contains(t.topics, of_topic))
ORDER BY c.sources DESC, c.first_at DESC, c.story_id;

COMMENT ON MACRO blind_spots IS 'One row per story that other outlets carried and this one did not, since it is watched; most outlets first. A story is an article and its copies: an outlet that reported the same event in its own words counts as one that did not carry it. Stories that came up when it was not collected, because it was disabled, are left out. Example: FROM blind_spots(''chosun'', others := 3)';
COMMENT ON PARAMETER blind_spots.outlet IS 'Name of the source. One without an article is an error, which lists the others; so is such a topic.';
COMMENT ON PARAMETER blind_spots.others IS 'How many other outlets must have carried the story; 2 if not given.';
COMMENT ON PARAMETER blind_spots.of_topic IS 'Only stories of this topic; of all if not given.';
COMMENT ON COLUMN blind_spots.story_id IS 'Story, see stories.';
COMMENT ON COLUMN blind_spots.title IS 'Headline of its first article.';
COMMENT ON COLUMN blind_spots.first_at IS 'When the first outlet published it, or when it was first fetched if that is unknown.';
COMMENT ON COLUMN blind_spots.first_source IS 'Outlet of its first article.';
COMMENT ON COLUMN blind_spots.sources IS 'How many outlets carried it.';
COMMENT ON COLUMN blind_spots.outlets IS 'These outlets.';
COMMENT ON COLUMN blind_spots.topics IS 'Topics that select one of its articles.';
COMMENT ON COLUMN blind_spots.article_id IS 'Its first article.';
COMMENT ON COLUMN blind_spots.url IS 'Address of this article.';
