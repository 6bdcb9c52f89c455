CREATE OR REPLACE MACRO new_since(moment) AS TABLE
WITH fresh AS (
    SELECT r.run_id, coalesce(r.loaded_at, r.finished_at) AS loaded_at
    FROM runs AS r
    WHERE coalesce(r.loaded_at, r.finished_at) > CAST(moment AS TIMESTAMPTZ)
),
-- What the runs say, and not which run a revision is of: an older capture of a known text, loaded late, is nothing new.
ended AS (
    SELECT e.article_id, e.run_id, f.loaded_at, bool_or(e.outcome = 'loaded') AS is_new
    FROM fetches AS e JOIN fresh AS f USING (run_id)
    WHERE e.outcome IN ('loaded', 'updated') AND e.article_id IS NOT NULL
    GROUP BY ALL
),
found AS (
    SELECT
        CASE WHEN c.article_id IS NULL THEN 'article' ELSE 'copy' END AS kind,
        a.first_seen_at AS seen_at, e.loaded_at, a.article_id, a.title, a.revision, c.of_article_id, NULL AS reason
    FROM ended AS e JOIN articles AS a USING (article_id) LEFT JOIN copies AS c USING (article_id)
    WHERE e.is_new
    UNION ALL
    SELECT 'edit', v.seen_at, e.loaded_at, v.article_id, v.title, v.revision, NULL, NULL
    FROM ended AS e JOIN revisions AS v ON v.article_id = e.article_id AND v.run_id = e.run_id
    WHERE NOT e.is_new AND v.revision > 1
    UNION ALL
    SELECT 'takedown', t.gone_at, f.loaded_at, t.article_id, NULL, NULL, NULL, t.reason
    FROM absences AS t JOIN fresh AS f USING (run_id)
    UNION ALL
    SELECT 'return', t.came_back_at, f.loaded_at, t.article_id, NULL, NULL, NULL, NULL
    FROM absences AS t JOIN fresh AS f ON f.run_id = t.back_run_id
),
topical AS (
    SELECT m.article_id, list(m.topic ORDER BY m.topic) AS topics
    FROM matches AS m
    WHERE m.article_id IN (SELECT n.article_id FROM found AS n)
    GROUP BY m.article_id
)
SELECT
    n.kind, n.seen_at, a.source, coalesce(n.title, a.title) AS title, a.url, n.article_id, coalesce(t.topics, []) AS topics,
    a.published_at, coalesce(n.revision, a.revision) AS revision, n.of_article_id, n.reason, n.loaded_at
FROM found AS n JOIN articles AS a ON a.article_id = n.article_id LEFT JOIN topical AS t ON t.article_id = n.article_id
ORDER BY n.loaded_at, n.seen_at, n.article_id;

COMMENT ON MACRO new_since IS 'One row per thing that came into the corpus since a moment: a new article, a new copy, an edit, a take-down, or a return from one. newslake new shows what is new since you last looked. Example: FROM new_since(now() - INTERVAL 1 DAY)';
COMMENT ON PARAMETER new_since.moment IS 'What was loaded after this moment is new. Not when it was published or fetched: an archive that is loaded today is new today.';
COMMENT ON COLUMN new_since.kind IS 'article, copy (a new article that copies another, see copies), edit, takedown or return (an article that was taken down is back).';
COMMENT ON COLUMN new_since.seen_at IS 'When it was first seen: when the page was fetched, or seen to be gone.';
COMMENT ON COLUMN new_since.source IS 'The outlet.';
COMMENT ON COLUMN new_since.title IS 'The headline; of an edit, the one that it made.';
COMMENT ON COLUMN new_since.url IS 'Address of the article.';
COMMENT ON COLUMN new_since.article_id IS 'Article, see articles.';
COMMENT ON COLUMN new_since.topics IS 'Topics that select the article, or did until an edit took their words out.';
COMMENT ON COLUMN new_since.published_at IS 'When the article was published.';
COMMENT ON COLUMN new_since.revision IS 'Number of its revision: of an edit, the one that it made; else the current one.';
COMMENT ON COLUMN new_since.of_article_id IS 'Of a copy: the first article of its story. Else null.';
COMMENT ON COLUMN new_since.reason IS 'Of a take-down: why it counts as gone, see takedowns. Else null.';
COMMENT ON COLUMN new_since.loaded_at IS 'When it came into the corpus, see runs.loaded_at.';
