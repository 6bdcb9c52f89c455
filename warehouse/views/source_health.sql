-- Rates compare a source with its own past: its last 5 runs beside those before. Listings (feeds, sitemaps, …) are not pages.
-- Only what was asked of the outlet counts: not a URL that a stopped run left alone, nor a guess at where a feed might be.
-- Ages are measured from the latest run, not from now: a pipeline that was off for a week is not its sources' fault.

CREATE OR REPLACE VIEW source_health AS
WITH
source AS (
    SELECT
        source,
        count(*)                                                      AS runs,
        min(started_at)                                               AS first_run,
        max(started_at)                                               AS last_run,
        max(started_at) FILTER (answers > 0)                          AS last_success,
        max(started_at) FILTER (loaded > 0)                           AS last_new_article,
        max(started_at) FILTER (articles > 0)                         AS last_article,
        max(started_at) FILTER (found > 0)                            AS last_found,
        CAST(timezone('UTC', max(started_at)) AS DATE)                AS today
    FROM source_runs
    GROUP BY source
),
-- What is usual is what was before the present trouble: a broken layout does not become usual by lasting.
trouble AS (
    SELECT source, min(since) AS trouble_since
    FROM source_states JOIN (SELECT source, max(since) FILTER (state = 'ok') AS last_ok FROM source_states GROUP BY source) USING (source)
    WHERE state <> 'ok' AND (last_ok IS NULL OR since > last_ok)
    GROUP BY source
),
-- a source is judged by eight weeks: every day of the week eight times
run AS (
    SELECT
        r.*, s.first_run, s.today, t.trouble_since IS NULL OR r.started_at < t.trouble_since AS is_before,
        CAST(timezone('UTC', r.started_at) AS DATE)                                                                 AS day,
        row_number() OVER latest_first                                                                              AS nth,
        lead(r.started_at) OVER latest_first                                                                        AS run_before,
        lead(r.answers) OVER latest_first                                                                           AS answers_before,
        lead(r.listings_failed) OVER latest_first                                                                   AS listings_failed_before,
        lead(r.found) OVER latest_first                                                                             AS found_before,
        -- Recent pages: those of the last run; where these are few, those of runs before it until there are some.
        first_value(r.pages) OVER latest_first < 3
            AND coalesce(sum(r.pages) OVER (latest_first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < 4
            OR r.started_at = s.last_run                                                                            AS is_recent
    FROM source_runs r JOIN source s USING (source) LEFT JOIN trouble t USING (source)
    WHERE r.started_at > s.last_run - INTERVAL 56 DAYS
    WINDOW latest_first AS (PARTITION BY r.source ORDER BY r.started_at DESC)  -- one order for all: to sort takes the most time
),
last_one AS (SELECT * FROM run WHERE nth = 1),
-- The first run brings what had piled up, so it is no measure of a day. `so_far`: until the time of day of the last run.
daily AS (
    SELECT
        r.source, r.day, isodow(r.day) AS weekday,
        sum(r.articles) FILTER (r.started_at > r.first_run)                                                         AS articles,
        sum(r.articles) FILTER (r.started_at > r.first_run
            AND timezone('UTC', r.started_at) - CAST(r.day AS TIMESTAMP)
                <= timezone('UTC', l.started_at) - CAST(l.day AS TIMESTAMP) + INTERVAL 15 MINUTES)                  AS so_far,
        min(r.found) FILTER (r.is_whole)                                                                            AS found
    FROM run r JOIN last_one l USING (source)
    GROUP BY r.source, r.day
),
weekly AS (
    SELECT
        d.source, d.weekday,
        count(d.articles)                                                         AS days,
        median(d.articles)                                                        AS usual,
        quantile_disc(d.articles, 0.25)                                           AS least,
        median(coalesce(d.so_far, 0)) FILTER (d.articles IS NOT NULL)             AS usual_so_far,
        quantile_disc(coalesce(d.so_far, 0), 0.25) FILTER (d.articles IS NOT NULL) AS least_so_far,
        count(d.found)                                                            AS listed_days,
        count(d.found) FILTER (d.found > 0)                                       AS found_days
    FROM daily d JOIN source s USING (source)
    WHERE d.day < s.today
    GROUP BY d.source, d.weekday
),
by_day AS (
    SELECT
        source,
        list(usual ORDER BY weekday)                                              AS usual_of,
        list(weekday ORDER BY weekday)                                            AS weekdays
    FROM weekly GROUP BY source
),
-- What should have come since the last article at the least: whole days since then, and today until this time of day. Only
-- weekdays that were seen twice count.
missing AS (
    SELECT
        s.source,
        sum(CASE WHEN g.day = s.today THEN w.least_so_far ELSE w.least END)        AS expected
    FROM source s
    CROSS JOIN (SELECT CAST(unnest(range(56)) AS INTEGER) AS back) b
    CROSS JOIN LATERAL (SELECT s.today - b.back AS day) g
    JOIN weekly w ON w.source = s.source AND w.weekday = isodow(g.day) AND w.days >= 2
    WHERE g.day > CAST(timezone('UTC', s.last_article) AS DATE)
    GROUP BY s.source
),
history AS (
    SELECT
        source,
        sum(loaded) FILTER (nth <= 5) / count(*) FILTER (nth <= 5)                                                  AS yield,
        sum(loaded) FILTER (nth > 5) / count(*) FILTER (nth > 5)                                                    AS usual_yield,
        sum(http_errors + network_errors + failed) FILTER (nth <= 5) / nullif(sum(visits) FILTER (nth <= 5), 0)     AS failure_rate,
        sum(http_errors + network_errors + failed) FILTER (nth > 5) / nullif(sum(visits) FILTER (nth > 5), 0)       AS usual_failure_rate,
        sum(http_errors + network_errors + failed) FILTER (nth > 1 AND is_before) / nullif(sum(visits) FILTER (nth > 1 AND is_before), 0) AS failure_rate_before,
        (max(started_at) FILTER (articles > 0) - min(started_at) FILTER (articles > 0))
            / nullif(count(*) FILTER (articles > 0) - 1, 0)                                                         AS usual_gap,
        count(*) FILTER (nth > 1 AND found > 0)                                                                     AS finding_runs,
        count(*) FILTER (nth > 1)                                                                                   AS runs_before,
        count(*) FILTER (nth <= 3 AND found > 0)                                                                    AS found_lately,
        -- recent pages beside those before
        sum(pages) FILTER (is_recent)                                                                               AS pages,
        sum(not_articles) FILTER (is_recent)                                                                        AS not_articles,
        sum(measured) FILTER (is_recent)                                                                            AS measured,
        sum(measured - with_authors) FILTER (is_recent)                                                             AS no_authors,
        sum(measured - with_time) FILTER (is_recent)                                                                AS no_time,
        median(words) FILTER (is_recent)                                                                            AS words,
        sum(pages) FILTER (NOT is_recent AND is_before)                                                                           AS pages_before,
        sum(measured) FILTER (NOT is_recent AND is_before)                                                                        AS measured_before,
        -- how likely a page is such by the past, one more of each kind assumed, so that little past proves little
        (sum(not_articles) FILTER (NOT is_recent AND is_before) + 1) / (sum(pages) FILTER (NOT is_recent AND is_before) + 2)                    AS chance_not_article,
        (sum(measured - with_authors) FILTER (NOT is_recent AND is_before) + 1) / (sum(measured) FILTER (NOT is_recent AND is_before) + 2)      AS chance_no_authors,
        (sum(measured - with_time) FILTER (NOT is_recent AND is_before) + 1) / (sum(measured) FILTER (NOT is_recent AND is_before) + 2)         AS chance_no_time,
        sum(not_articles) FILTER (NOT is_recent AND is_before) / nullif(sum(pages) FILTER (NOT is_recent AND is_before), 0)                     AS usual_not_article_rate,
        sum(with_authors) FILTER (NOT is_recent AND is_before) / nullif(sum(measured) FILTER (NOT is_recent AND is_before), 0)                  AS usual_authors_rate,
        sum(with_time) FILTER (NOT is_recent AND is_before) / nullif(sum(measured) FILTER (NOT is_recent AND is_before), 0)                     AS usual_time_rate,
        median(words) FILTER (NOT is_recent AND is_before)                                                                        AS usual_words,
        min(words) FILTER (NOT is_recent AND is_before AND measured >= 2)                                                         AS fewest_words,
        -- uniformity: of the last run alone, beside that of the runs before
        count(*) FILTER (nth > 1 AND is_before AND measured >= 2 AND titles > 1)                                                  AS varied_titles,
        count(*) FILTER (nth > 1 AND is_before AND measured >= 2 AND texts > 1)                                                   AS varied_texts,
        count(*) FILTER (nth > 1 AND is_before AND pages >= 3 AND largest > smallest)                                             AS varied_sizes,
        count(*) FILTER (nth > 1 AND is_before AND pages >= 3 AND largest = smallest)                                             AS same_sizes
    FROM run
    GROUP BY source
),
sparkline AS (
    SELECT s.source, list(CAST(coalesce(d.articles, 0) AS BIGINT) ORDER BY b.back DESC) AS days
    FROM source s
    CROSS JOIN (SELECT CAST(unnest(range(28)) AS INTEGER) AS back) b
    LEFT JOIN (SELECT source, day, sum(articles) AS articles FROM run GROUP BY source, day) d
        ON d.source = s.source AND d.day = s.today - b.back
    GROUP BY s.source
),
found AS (
    SELECT
        s.*, h.* EXCLUDE (source),
        l.is_whole, l.found AS discovered, l.visits, l.page_visits, l.answers, l.http_errors, l.network_errors, l.failed,
        l.http_errors + l.network_errors + l.failed AS failures, l.page_failures, l.robots, l.walls, l.page_walls, l.refusals, l.page_refusals, l.listings,
        l.listings_read, l.listings_failed, l.listings_gone, l.wall, l.failure, l.why_not, l.listing,
        l.pages AS last_pages, l.measured AS last_measured, l.titles, l.texts, l.smallest, l.largest,
        l.out_of_time, l.run_before, l.answers_before, l.found_before, l.listings_failed_before,
        h.not_articles / nullif(h.pages, 0)                       AS not_article_rate,
        1 - h.no_authors / nullif(h.measured, 0)                  AS authors_rate,
        1 - h.no_time / nullif(h.measured, 0)                     AS time_rate,
        -- a failure that may pass by itself: there were answers before, and the next run is soon
        s.last_run - coalesce(l.run_before, s.first_run) < INTERVAL 3 HOURS AND l.run_before IS NOT NULL            AS is_soon,
        w.usual_so_far, w.usual AS usual_on_weekday, w.listed_days, w.found_days, m.expected,
        dayname(s.today)                                          AS weekday_name,
        list_transform(range(1, 8), lambda day: b.usual_of[list_position(b.weekdays, day)])                         AS by_weekday,
        p.days
    FROM source s
    JOIN history h USING (source)
    JOIN last_one l USING (source)
    JOIN sparkline p USING (source)
    LEFT JOIN weekly w ON w.source = s.source AND w.weekday = isodow(s.today)
    LEFT JOIN by_day b ON b.source = s.source
    LEFT JOIN missing m ON m.source = s.source
),
judged AS (
    SELECT
        *,
        CASE
            WHEN walls > 0 AND (walls * 2 >= visits OR page_walls * 2 >= greatest(page_visits, 1)
                                OR (listings > 0 AND listings_read = 0))
                THEN format('{} of {} requests met a wall. {}', walls, greatest(visits, walls), wall)
            WHEN visits > 0 AND refusals = visits
                THEN format('the site refuses newslake: {} of {} requests were answered with {}', refusals, visits, failure)
            WHEN page_refusals >= 3 AND page_refusals * 5 >= page_visits * 4
                THEN format('the site refuses newslake: {} of {} pages were answered with {}', page_refusals, page_visits, failure)
            WHEN robots > 0 AND answers = 0 AND visits = 0
                THEN 'its robots.txt forbids newslake all that the watchlist names'
            WHEN last_measured >= 4 AND titles = 1 AND varied_titles > 0
                THEN format('its last {} pages have one and the same title: a wall that newslake does not know, or a broken layout', last_measured)
            WHEN last_measured >= 4 AND texts = 1 AND varied_texts > 0
                THEN format('its last {} pages have one and the same text: a wall that newslake does not know, or a broken layout', last_measured)
            WHEN last_pages >= 4 AND smallest = largest AND varied_sizes >= 3 AND same_sizes = 0
                THEN format('its last {} pages have the same {} bytes each: a wall that newslake does not know, or a broken layout', last_pages, smallest)
        END AS blocked,
        CASE
            WHEN visits > 0 AND answers = 0 AND NOT (is_soon AND answers_before > 0 AND listings_gone = 0)
                THEN format('it did not answer: {}', coalesce(listing, failure, 'no reason is known'))
            WHEN listings_gone > 0 OR (listings_failed > 0 AND (listings_failed_before > 0 OR NOT is_soon))
                THEN coalesce(listing, 'a feed, sitemap or section that the watchlist names could not be read')
            WHEN page_failures >= 4 AND page_failures * 2 > page_visits AND coalesce(failure_rate_before, 0) < 0.25
                THEN format('{} of {} pages failed: {}', page_failures, page_visits, coalesce(failure, wall))
            WHEN failure_rate > greatest(0.5, 2 * coalesce(failure_rate_before, 0)) AND failures > 0 AND NOT (is_soon AND answers_before > 0 AND answers = 0)
                THEN format('{}% of its recent requests failed{}: {}', CAST(round(100 * failure_rate) AS INTEGER),
                            coalesce(format(', usually {}%', CAST(round(100 * failure_rate_before) AS INTEGER)), ''), coalesce(failure, wall))
            WHEN pages_before >= 3 AND not_article_rate >= 0.7 AND pow(greatest(chance_not_article, 0.05), not_articles) <= 0.001
                THEN format('{} of its last {} pages held no article ({}); usually {} of 100: its layout may have changed', not_articles, pages,
                            coalesce(why_not, 'see fetches'), CAST(round(100 * usual_not_article_rate) AS INTEGER))
            WHEN measured_before >= 3 AND authors_rate <= usual_authors_rate / 4
                 AND pow(greatest(chance_no_authors, 0.05), no_authors) <= 0.001
                THEN format('{} of its last {} articles have no author; usually {} of 100 have one: its layout may have changed', no_authors, measured,
                            CAST(round(100 * usual_authors_rate) AS INTEGER))
            WHEN measured_before >= 3 AND time_rate <= usual_time_rate / 4
                 AND pow(greatest(chance_no_time, 0.05), no_time) <= 0.001
                THEN format('{} of its last {} articles have no time of publication; usually {} of 100 have one: its layout may have changed', no_time,
                            measured, CAST(round(100 * usual_time_rate) AS INTEGER))
            WHEN measured >= 4 AND measured_before >= 5 AND usual_words >= 80 AND words < 0.3 * usual_words
                 AND words < 0.6 * coalesce(fewest_words, usual_words)
                THEN format('its last {} articles have {} words each, usually {}: its layout may have changed, or it shows beginnings only', measured,
                            CAST(words AS INTEGER), CAST(usual_words AS INTEGER))
        END AS failing,
        CASE
            WHEN discovered > 0 OR NOT is_whole OR (listings > 0 AND listings_read = 0) THEN NULL
            WHEN listed_days >= 2 AND found_days >= 0.9 * listed_days
                THEN format('its listings name no page any more; on a {} they always did', weekday_name)
            -- A list of the last two days runs dry bit by bit; one that is empty at once was not emptied by a quiet day.
            WHEN coalesce(listed_days, 0) < 2 AND finding_runs = runs_before
                 AND ((found_before >= 3 AND is_soon) OR (found_before >= 10 AND finding_runs >= 3))
                THEN format('its listings name no page any more; in the run before they named {}', found_before)
            WHEN last_run - last_found >= INTERVAL 3 DAYS
                THEN format('its listings have named no page since {}', strftime(timezone('UTC', last_found), '%Y-%m-%d %H:%M UTC'))
            WHEN found_lately = 0 AND last_found IS NULL AND runs >= 3
                THEN 'its listings have never named a page'
        END AS silent,
        CASE
            WHEN last_article IS NULL AND runs > 5
                THEN format('no page of it was an article in any of {} runs', runs)
            WHEN is_whole AND expected >= 3 AND last_run - last_article >= INTERVAL 8 HOURS
                THEN format('no new article since {}; in that time at least {} usually come', strftime(timezone('UTC', last_article), '%Y-%m-%d %H:%M UTC'),
                            CAST(expected AS INTEGER))
            WHEN last_run - last_article > greatest(INTERVAL 7 DAYS, 5 * usual_gap)
                THEN format('no new article since {}', strftime(timezone('UTC', last_article), '%Y-%m-%d %H:%M UTC'))
        END AS stale
    FROM found
),
stated AS (
    SELECT
        *,
        CASE
            WHEN disabled_at IS NOT NULL THEN 'disabled'
            WHEN blocked IS NOT NULL THEN 'blocked'
            WHEN failing IS NOT NULL THEN 'failing'
            WHEN silent IS NOT NULL THEN 'silent'
            WHEN stale IS NOT NULL THEN 'stale'
            ELSE 'ok'
        END AS state,
        -- what is wrong with a listing is worth knowing beside any state
        CASE WHEN disabled_at IS NULL THEN coalesce(blocked, failing, silent || coalesce('; ' || listing, ''), stale || coalesce('; ' || listing, ''), listing,
                 CASE WHEN visits > 0 AND answers = 0 THEN format('it did not answer this once: {}', failure) END,
                 CASE WHEN out_of_time > 0 THEN format('its last run ended after max_minutes, and {} of its URLs wait for the next one', out_of_time) END) END AS reason
    FROM judged LEFT JOIN (SELECT source, changed_at AS disabled_at FROM sources WHERE NOT enabled) d USING (source)
)
SELECT
    j.source, j.state, j.reason,
    CASE WHEN j.state = 'disabled' THEN j.disabled_at WHEN c.state = j.state THEN c.since ELSE j.last_run END AS since,
    last_run, last_success, last_new_article, last_article, runs, CAST(discovered AS HUGEINT) AS discovered,
    round(yield, 2) AS yield, round(usual_yield, 2) AS usual_yield,
    round(failure_rate, 3) AS failure_rate, round(usual_failure_rate, 3) AS usual_failure_rate,
    walls, http_errors, network_errors, failed,
    days[28] AS today, usual_so_far AS usual_today, by_weekday, days,
    round(not_article_rate, 3) AS not_article_rate, round(usual_not_article_rate, 3) AS usual_not_article_rate,
    round(authors_rate, 3) AS authors_rate, round(usual_authors_rate, 3) AS usual_authors_rate,
    round(time_rate, 3) AS time_rate, round(usual_time_rate, 3) AS usual_time_rate,
    words, usual_words
FROM stated j
LEFT JOIN (SELECT source, arg_max(state, since) AS state, max(since) AS since FROM source_states GROUP BY source) c USING (source);

COMMENT ON VIEW source_health IS 'A row per source: its state, judged from the runs of collect. Each source is compared with its own last 8 weeks, as they were before its present trouble. A change that chance may explain (more than one in a thousand) is ignored. A source that the watchlist disables is not judged.';
COMMENT ON COLUMN source_health.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN source_health.state IS 'blocked: at least half of the requests of its last run met a wall, or all were refused, or its pages became all alike. failing: it did not answer, a listing named in the watchlist is gone, more requests fail than before, or its layout broke, which shows in pages that unlike before have no article, no author, no time or little text. silent: its listings name no page, although they did on the same weekday before. stale: no new article, on topic or not, although its own weekdays let at least three be expected, or none for a week and five times its usual gap. ok: none of these. disabled: the watchlist says enabled = false, so that it was not collected since, and the other columns tell its last runs.';
COMMENT ON COLUMN source_health.reason IS 'Explanation of the state in words. A failure of the network or the server that may pass by the next run is only noted here; it counts when it happens twice in a row, or when the last run came over 3 hours after the one before.';
COMMENT ON COLUMN source_health.since IS 'When the state began.';
COMMENT ON COLUMN source_health.last_run IS 'Start of its last run.';
COMMENT ON COLUMN source_health.last_success IS 'The last run in which it answered.';
COMMENT ON COLUMN source_health.last_new_article IS 'The last run with a new article on topic.';
COMMENT ON COLUMN source_health.last_article IS 'The last run with a new article, on topic or not.';
COMMENT ON COLUMN source_health.runs IS 'Number of its runs.';
COMMENT ON COLUMN source_health.discovered IS 'Pages found in its last run.';
COMMENT ON COLUMN source_health.yield IS 'New articles on topic per run in its last 5 runs.';
COMMENT ON COLUMN source_health.usual_yield IS 'The same for the runs before.';
COMMENT ON COLUMN source_health.failure_rate IS 'Share of visits that failed in its last 5 runs. Visits are the requests made, without guesses at the addresses of feeds.';
COMMENT ON COLUMN source_health.usual_failure_rate IS 'The same for the runs before.';
COMMENT ON COLUMN source_health.walls IS 'Requests of its last run that met a wall; they are also counted as http_errors.';
COMMENT ON COLUMN source_health.http_errors IS 'Requests of its last run that ended in http-error.';
COMMENT ON COLUMN source_health.network_errors IS 'Requests of its last run that ended in network-error.';
COMMENT ON COLUMN source_health.failed IS 'Requests of its last run that ended in failed.';
COMMENT ON COLUMN source_health.today IS 'New articles, on topic or not, on the day (UTC) of its last run.';
COMMENT ON COLUMN source_health.usual_today IS 'Their median on the same weekday up to the same time of day.';
COMMENT ON COLUMN source_health.by_weekday IS 'Median of new articles a day, Monday to Sunday. A weekday counts once it was seen twice.';
COMMENT ON COLUMN source_health.days IS 'New articles on each of 28 days, ending with the day of its last run.';
COMMENT ON COLUMN source_health.not_article_rate IS 'Share of its last pages without an article.';
COMMENT ON COLUMN source_health.usual_not_article_rate IS 'The same for the pages before.';
COMMENT ON COLUMN source_health.authors_rate IS 'Share of its last articles with authors.';
COMMENT ON COLUMN source_health.usual_authors_rate IS 'The same for the pages before. A field counts once it was seen on three pages.';
COMMENT ON COLUMN source_health.time_rate IS 'Share of its last articles with a time of publication.';
COMMENT ON COLUMN source_health.usual_time_rate IS 'The same for the pages before.';
COMMENT ON COLUMN source_health.words IS 'Median of the words of its last articles.';
COMMENT ON COLUMN source_health.usual_words IS 'The same for the pages before.';
