-- The health of sources. A load writes a small row for each run and source; the view judges a source by the rows of eight weeks,
-- so its cost grows with the runs of that time and never with the corpus.

CREATE TABLE source_runs (
    run_id          UUID,
    source          VARCHAR,
    started_at      TIMESTAMPTZ,
    is_whole        BOOLEAN,
    listings        INTEGER,
    listings_read   INTEGER,
    listings_failed INTEGER,
    listings_gone   INTEGER,
    found           INTEGER,
    visits          INTEGER,
    page_visits     INTEGER,
    answers         INTEGER,
    http_errors     INTEGER,
    network_errors  INTEGER,
    failed          INTEGER,
    page_failures   INTEGER,
    robots          INTEGER,
    walls           INTEGER,
    page_walls      INTEGER,
    refusals        INTEGER,
    page_refusals   INTEGER,
    articles        INTEGER,
    loaded          INTEGER,
    pages           INTEGER,
    not_articles    INTEGER,
    smallest        BIGINT,
    largest         BIGINT,
    measured        INTEGER,
    with_authors    INTEGER,
    with_time       INTEGER,
    words           DOUBLE,
    titles          INTEGER,
    texts           INTEGER,
    wall            VARCHAR,
    failure         VARCHAR,
    why_not         VARCHAR,
    listing         VARCHAR
);
COMMENT ON TABLE source_runs IS 'A row per source and run of collect: what the source gave in it, and what went wrong. The view source_health judges by it.';
COMMENT ON COLUMN source_runs.run_id IS 'The run, see runs.';
COMMENT ON COLUMN source_runs.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN source_runs.started_at IS 'When the run began.';
COMMENT ON COLUMN source_runs.is_whole IS 'False where the run was stopped or killed before it had asked for all.';
COMMENT ON COLUMN source_runs.listings IS 'Feeds, sitemaps, sections and home pages that it wanted to read.';
COMMENT ON COLUMN source_runs.listings_read IS 'Those that were read, or had not changed.';
COMMENT ON COLUMN source_runs.listings_failed IS 'Those that the watchlist names and that could not be read.';
COMMENT ON COLUMN source_runs.listings_gone IS 'Of these, those that are gone (404, 410) or answered with something else than a listing.';
COMMENT ON COLUMN source_runs.found IS 'Pages that its listings named.';
COMMENT ON COLUMN source_runs.visits IS 'Requests that were made, guesses at where a feed might be aside.';
COMMENT ON COLUMN source_runs.page_visits IS 'Requests for pages.';
COMMENT ON COLUMN source_runs.answers IS 'Requests that did not end in http-error, network-error or failed.';
COMMENT ON COLUMN source_runs.http_errors IS 'Requests that ended in http-error, walls included.';
COMMENT ON COLUMN source_runs.network_errors IS 'Requests that ended in network-error.';
COMMENT ON COLUMN source_runs.failed IS 'Requests that ended in failed.';
COMMENT ON COLUMN source_runs.page_failures IS 'Requests for pages that ended in any of the three.';
COMMENT ON COLUMN source_runs.robots IS 'URLs that robots.txt disallows.';
COMMENT ON COLUMN source_runs.walls IS 'URLs that met a bot wall or a consent wall.';
COMMENT ON COLUMN source_runs.page_walls IS 'Pages among these.';
COMMENT ON COLUMN source_runs.refusals IS 'Requests answered with 401, 403, 407, 429 or 451 and no wall that is known.';
COMMENT ON COLUMN source_runs.page_refusals IS 'Pages among these.';
COMMENT ON COLUMN source_runs.articles IS 'New articles, on topic or not; revisits and retries do not count.';
COMMENT ON COLUMN source_runs.loaded IS 'New articles on topic.';
COMMENT ON COLUMN source_runs.pages IS 'Pages that were served.';
COMMENT ON COLUMN source_runs.not_articles IS 'Of these, those that were no article.';
COMMENT ON COLUMN source_runs.smallest IS 'Size of the smallest page served, in bytes.';
COMMENT ON COLUMN source_runs.largest IS 'Size of the largest page served, in bytes.';
COMMENT ON COLUMN source_runs.measured IS 'Articles that were cleaned, on topic or not: what the following columns count.';
COMMENT ON COLUMN source_runs.with_authors IS 'Articles with authors.';
COMMENT ON COLUMN source_runs.with_time IS 'Articles with a time of publication.';
COMMENT ON COLUMN source_runs.words IS 'Median of their words.';
COMMENT ON COLUMN source_runs.titles IS 'Different titles.';
COMMENT ON COLUMN source_runs.texts IS 'Different texts.';
COMMENT ON COLUMN source_runs.wall IS 'The wall that was met most often, in words.';
COMMENT ON COLUMN source_runs.failure IS 'The most frequent detail of requests that failed otherwise.';
COMMENT ON COLUMN source_runs.why_not IS 'The most frequent reason why a page was no article.';
COMMENT ON COLUMN source_runs.listing IS 'What is wrong with the listings that the watchlist names, and what was found in their place, in words.';

-- What the runs of before say. Articles off topic were never kept, so their fields are not measured.
INSERT INTO source_runs BY NAME
WITH
seen AS (
    SELECT
        r.run_id, r.started_at, f.source, f.outcome, f.status, f.found_by, f.detail, f.bytes, f.requested_at, f.kind = 'page' AS is_page,
        f.requested_at IS NOT NULL AND NOT (f.found_by LIKE 'common places of %' AND f.outcome = 'http-error')     AS is_visit,
        f.outcome IN ('http-error', 'network-error', 'failed')                                                     AS has_failed,
        f.kind = 'page' AND f.requested_at IS NOT NULL
            AND f.outcome NOT IN ('http-error', 'network-error', 'failed', 'refused')                              AS is_served,
        f.detail LIKE 'bot wall: %' AND f.outcome = 'http-error'                                                   AS is_wall,
        coalesce(f.status IN (401, 403, 407, 429, 451), false) AND f.outcome = 'http-error'                        AS is_refusal,
        CASE WHEN f.outcome IN ('loaded', 'updated') THEN f.article_id END                                         AS article_id
    FROM fetches f JOIN runs r USING (run_id)
    WHERE r.flow = 'collect'
)
SELECT
    s.run_id, s.source, s.started_at,
    NOT bool_or(outcome = 'failed' AND requested_at IS NULL)                                                       AS is_whole,
    count(*) FILTER (NOT is_page)                                                                                  AS listings,
    count(*) FILTER (NOT is_page AND is_visit AND outcome IN ('not-article', 'unchanged'))                         AS listings_read,
    count(*) FILTER (NOT is_page AND is_visit AND has_failed AND found_by = 'watchlist')                           AS listings_failed,
    count(*) FILTER (NOT is_page AND is_visit AND found_by = 'watchlist'
                     AND (outcome = 'failed' OR (has_failed AND status IN (404, 410))))                            AS listings_gone,
    count(*) FILTER (is_page AND found_by NOT IN ('revisit', 'retry'))                                             AS found,
    count(*) FILTER (is_visit)                                                                                     AS visits,
    count(*) FILTER (is_visit AND is_page)                                                                         AS page_visits,
    count(*) FILTER (requested_at IS NOT NULL AND NOT has_failed)                                                  AS answers,
    count(*) FILTER (is_visit AND outcome = 'http-error')                                                          AS http_errors,
    count(*) FILTER (is_visit AND outcome = 'network-error')                                                       AS network_errors,
    count(*) FILTER (is_visit AND outcome = 'failed')                                                              AS failed,
    count(*) FILTER (is_visit AND is_page AND has_failed)                                                          AS page_failures,
    count(*) FILTER (outcome = 'robots')                                                                           AS robots,
    count(*) FILTER (is_wall)                                                                                      AS walls,
    count(*) FILTER (is_wall AND is_page)                                                                          AS page_walls,
    count(*) FILTER (is_visit AND is_refusal)                                                                      AS refusals,
    count(*) FILTER (is_visit AND is_refusal AND is_page)                                                          AS page_refusals,
    count(*) FILTER (is_page AND requested_at IS NOT NULL AND outcome IN ('loaded', 'copy', 'off-topic')
                     AND found_by NOT IN ('revisit', 'retry'))                                                     AS articles,
    count(*) FILTER (is_page AND outcome = 'loaded')                                                               AS loaded,
    count(*) FILTER (is_served)                                                                                    AS pages,
    count(*) FILTER (is_served AND outcome = 'not-article')                                                        AS not_articles,
    min(bytes) FILTER (is_served)                                                                                  AS smallest,
    max(bytes) FILTER (is_served)                                                                                  AS largest,
    count(a.article_id)                                                                                            AS measured,
    count(a.article_id) FILTER (len(a.authors) > 0)                                                                AS with_authors,
    count(a.article_id) FILTER (a.published_at IS NOT NULL)                                                        AS with_time,
    median(a.word_count)                                                                                           AS words,
    count(DISTINCT a.title)                                                                                        AS titles,
    count(DISTINCT a.content_hash)                                                                                 AS texts,
    mode(detail) FILTER (is_wall)                                                                                  AS wall,
    mode(detail) FILTER (is_visit AND has_failed AND NOT is_wall)                                                  AS failure,
    mode(detail) FILTER (is_served AND outcome = 'not-article')                                                    AS why_not
FROM seen s LEFT JOIN articles a ON a.article_id = s.article_id
GROUP BY s.run_id, s.source, s.started_at
ORDER BY s.started_at, s.source;

CREATE TABLE source_states (
    source       VARCHAR,
    run_id       UUID,
    since        TIMESTAMPTZ,
    state        VARCHAR,
    state_before VARCHAR,
    reason       VARCHAR
);
COMMENT ON TABLE source_states IS 'A row per change of state of a source, its first state included.';
COMMENT ON COLUMN source_states.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN source_states.run_id IS 'The run that found it so, see runs.';
COMMENT ON COLUMN source_states.since IS 'When that run began.';
COMMENT ON COLUMN source_states.state IS 'The state from then on: ok, stale, silent, failing or blocked, see source_health.';
COMMENT ON COLUMN source_states.state_before IS 'The state until then; null for the first.';
COMMENT ON COLUMN source_states.reason IS 'Why, in words; null where all is well.';
