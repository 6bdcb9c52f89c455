-- Rates compare a source with its own past: its last 5 runs beside those before. Listings (feeds, sitemaps, …) are not pages.
-- Ages are measured from the latest run, not from now: a pipeline that was off for a week is not its sources' fault.

CREATE VIEW source_health AS
WITH
per_run AS (
    SELECT
        f.source,
        r.started_at,
        count(*) FILTER (outcome IN ('http-error', 'network-error', 'failed'))                                      AS failures,
        count(*) FILTER (requested_at IS NOT NULL OR outcome = 'failed')                                            AS visits,
        count(*) FILTER (kind = 'page' AND outcome IN ('loaded', 'updated', 'unchanged', 'copy', 'off-topic')
                         AND requested_at IS NOT NULL)                                                              AS good_pages,
        count(*) FILTER (outcome = 'loaded')                                                                        AS new_articles,
        count(*) FILTER (kind = 'page')                                                                             AS pages,
        -- a listing that was read or had not changed, or a page that was served, says that the outlet answers
        count(*) FILTER (requested_at IS NOT NULL AND outcome NOT IN ('http-error', 'network-error', 'failed'))     AS answers,
        row_number() OVER (PARTITION BY f.source ORDER BY r.started_at DESC)                                        AS nth
    FROM fetches f JOIN runs r USING (run_id)
    WHERE r.flow = 'collect'
    GROUP BY f.source, r.run_id, r.started_at
),
per_source AS (
    SELECT
        source,
        count(*)                                                                                  AS runs,
        max(started_at)                                                                           AS last_run,
        max(started_at) FILTER (answers > 0)                                                      AS last_success,
        max(started_at) FILTER (new_articles > 0)                                                 AS last_new_article,
        coalesce(sum(pages) FILTER (nth = 1), 0)                                                  AS discovered,
        sum(new_articles) FILTER (nth <= 5) / count(*) FILTER (nth <= 5)                          AS yield,
        sum(new_articles) FILTER (nth > 5) / count(*) FILTER (nth > 5)                            AS usual_yield,
        sum(failures) FILTER (nth <= 5) / nullif(sum(visits) FILTER (nth <= 5), 0)                AS failure_rate,
        sum(failures) FILTER (nth > 5) / nullif(sum(visits) FILTER (nth > 5), 0)                  AS usual_failure_rate,
        bool_and(answers = 0) FILTER (nth = 1)                                                    AS no_answer,
        coalesce(sum(pages) FILTER (nth <= 3), 0) = 0                                             AS no_pages,
        (max(started_at) FILTER (new_articles > 0) - min(started_at) FILTER (new_articles > 0))
            / nullif(count(*) FILTER (new_articles > 0) - 1, 0)                                   AS usual_gap
    FROM per_run
    GROUP BY source
)
SELECT
    source,
    CASE
        WHEN no_answer OR failure_rate > greatest(0.5, 2 * coalesce(usual_failure_rate, 0)) THEN 'failing'
        WHEN no_pages THEN 'silent'
        WHEN last_new_article IS NULL AND runs > 5 THEN 'stale'
        WHEN last_run - last_new_article > greatest(INTERVAL 7 DAYS, 5 * usual_gap) THEN 'stale'
        ELSE 'ok'
    END AS state,
    last_run, last_success, last_new_article, runs, discovered,
    round(yield, 2) AS yield, round(usual_yield, 2) AS usual_yield,
    round(failure_rate, 3) AS failure_rate, round(usual_failure_rate, 3) AS usual_failure_rate
FROM per_source;

COMMENT ON VIEW source_health IS 'A row per source, from the runs of collect. state: failing (its last run had no answer, or over half of its recent visits failed, and twice its usual rate), silent (it answers, but its last 3 runs found no page), stale (pages, but no new article for a week or five times its usual gap, or in any of more than 5 runs), else ok. last_run, last_success (a run in which it answered), last_new_article. runs: how many. discovered: pages found in its last run. yield: new articles per run in its last 5 runs; usual_yield: before those. failure_rate: share of visits that failed in its last 5 runs; usual_failure_rate: before those.';
