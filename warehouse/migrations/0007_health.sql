-- The health of sources. A load writes a small row per run and source. The view source_health judges a source by the rows of
-- eight weeks, so that its cost depends on the number of runs and not on the size of the corpus.

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
COMMENT ON TABLE source_runs IS 'One row per source and run of collect: what the source delivered and what went wrong. The view source_health is computed from it.';
COMMENT ON COLUMN source_runs.run_id IS 'Run, see runs.';
COMMENT ON COLUMN source_runs.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN source_runs.started_at IS 'When the run started.';
COMMENT ON COLUMN source_runs.is_whole IS 'False if the run was stopped or killed before it had requested everything.';
COMMENT ON COLUMN source_runs.listings IS 'Feeds, sitemaps, sections and home pages that the run wanted to read.';
COMMENT ON COLUMN source_runs.listings_read IS 'Listings that were read or had not changed.';
COMMENT ON COLUMN source_runs.listings_failed IS 'Listings named on the watchlist that could not be read.';
COMMENT ON COLUMN source_runs.listings_gone IS 'Of these, listings that are gone (404, 410) or are no longer listings.';
COMMENT ON COLUMN source_runs.found IS 'Pages that the listings of the source linked to.';
COMMENT ON COLUMN source_runs.visits IS 'Requests that were made, except guesses at the address of a feed.';
COMMENT ON COLUMN source_runs.page_visits IS 'Requests for pages.';
COMMENT ON COLUMN source_runs.answers IS 'Requests that did not end in http-error, network-error or failed.';
COMMENT ON COLUMN source_runs.http_errors IS 'Requests that ended in http-error, including walls.';
COMMENT ON COLUMN source_runs.network_errors IS 'Requests that ended in network-error.';
COMMENT ON COLUMN source_runs.failed IS 'Requests that ended in failed.';
COMMENT ON COLUMN source_runs.page_failures IS 'Requests for pages that ended in http-error, network-error or failed.';
COMMENT ON COLUMN source_runs.robots IS 'URLs that robots.txt disallows.';
COMMENT ON COLUMN source_runs.walls IS 'URLs that met a bot wall or a consent wall.';
COMMENT ON COLUMN source_runs.page_walls IS 'Of these, pages.';
COMMENT ON COLUMN source_runs.refusals IS 'Requests answered with 401, 403, 407, 429 or 451 without a known wall.';
COMMENT ON COLUMN source_runs.page_refusals IS 'Of these, pages.';
COMMENT ON COLUMN source_runs.articles IS 'New articles, on topic or not, without revisits and retries.';
COMMENT ON COLUMN source_runs.loaded IS 'New articles on topic.';
COMMENT ON COLUMN source_runs.pages IS 'Pages that were served.';
COMMENT ON COLUMN source_runs.not_articles IS 'Of these, pages that were not articles.';
COMMENT ON COLUMN source_runs.smallest IS 'Size of the smallest page served, in bytes.';
COMMENT ON COLUMN source_runs.largest IS 'Size of the largest page served, in bytes.';
COMMENT ON COLUMN source_runs.measured IS 'Articles that were cleaned, on topic or not; the following columns count these.';
COMMENT ON COLUMN source_runs.with_authors IS 'Articles with authors.';
COMMENT ON COLUMN source_runs.with_time IS 'Articles with a time of publication.';
COMMENT ON COLUMN source_runs.words IS 'Median number of words of these articles.';
COMMENT ON COLUMN source_runs.titles IS 'Different titles.';
COMMENT ON COLUMN source_runs.texts IS 'Different texts.';
COMMENT ON COLUMN source_runs.wall IS 'The most frequent wall, in words.';
COMMENT ON COLUMN source_runs.failure IS 'The most frequent detail of requests that failed for another reason.';
COMMENT ON COLUMN source_runs.why_not IS 'The most frequent reason why a page was not an article.';
COMMENT ON COLUMN source_runs.listing IS 'Problems of the listings named on the watchlist, and what was found in their place, in words.';

-- Rows for earlier runs. Off-topic articles were never stored, so their fields cannot be measured.
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
COMMENT ON TABLE source_states IS 'One row per change of the state of a source, including its first state.';
COMMENT ON COLUMN source_states.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN source_states.run_id IS 'Run that found the new state, see runs.';
COMMENT ON COLUMN source_states.since IS 'When that run started.';
COMMENT ON COLUMN source_states.state IS 'The state from then on: ok, stale, silent, failing or blocked, see source_health.';
COMMENT ON COLUMN source_states.state_before IS 'The state before; null for the first.';
COMMENT ON COLUMN source_states.reason IS 'Reason in words; null for the state ok.';
