-- needs: made, hits, people
-- The rows of some made articles, as loads and a maintenance leave them.

-- `made` has the articles and `hits` those on topic, with the term; $runs and $count are of the whole corpus.
-- One in twelve is a copy of an article shortly before; one in twenty has been edited; one in 300 was taken down.

CREATE OR REPLACE TEMP MACRO drawn(number, kinds) AS CAST(hash(number) % kinds AS BIGINT);

CREATE OR REPLACE TEMP TABLE filler AS
WITH drawings AS (
    SELECT
        number, source AS outlet, published_at, published_at + to_seconds(300 + drawn(number + 2, 7200)) AS seen_at,
        if(drawn(number, 12) = 0, number - 1 - drawn(number + 1, 200), NULL) AS original
    FROM made
),
originals AS (
    SELECT one.* EXCLUDE (original), coalesce(other.number, one.number) AS origin
    FROM drawings AS one
    LEFT JOIN (SELECT number FROM drawings WHERE original IS NULL) AS other ON other.number = one.original
),
carried AS (SELECT number AS origin, title, text, language, words, CAST(substr(source, 3) AS INTEGER) AS nth FROM made)
SELECT
    number, origin, title, text, language, words, published_at, seen_at,
    md5('article ' || number)::UUID AS article_id,
    md5('article ' || origin)::UUID AS story_id,
    md5('text ' || origin) AS content_hash,
    md5('run ' || (number * $runs // $count))::UUID AS run_id,
    if(number = origin, outlet, language || lpad(((nth + 1) % 20)::VARCHAR, 3, '0')) AS source,
    if(drawn(number + 3, 20) = 0, 2, 1) AS revision,
    'runs/' || (number * $runs // $count) || '/captures-0.warc.gz' AS capture_file,
    drawn(number + 4, 1_000_000_000) AS capture_offset
FROM originals JOIN carried USING (origin);

CREATE OR REPLACE TEMP TABLE addressed AS
SELECT *, 'https://' || source || '.example/' || strftime(published_at, '%Y/%m/%d') || '/' || number AS url,
    md5('url ' || number)::UUID AS url_id
FROM filler ORDER BY seen_at;

INSERT INTO articles BY NAME
SELECT
    article_id, url, url AS raw_url, source, source || '.example' AS domain, title, 'h1' AS title_from, [name] AS authors,
    'json-ld' AS authors_from, published_at, 'second' AS published_precision, 'json-ld' AS published_from, language,
    ['World', 'Politics', 'Economy', 'Society', 'Science', 'Sport'][1 + drawn(number + 5, 6)] AS section,
    [lower(section), 'tag' || drawn(number + 6, 500)] AS tags, text[:150] AS description, text, [] AS headings,
    'https://' || source || '.example/images/' || number || '.jpg' AS image_url, words AS word_count, story_id, revision,
    content_hash, seen_at AS first_seen_at, seen_at + to_hours(drawn(number + 7, 240)) AS last_seen_at, run_id, capture_file,
    capture_offset, if(drawn(number + 8, 300) = 0, seen_at + to_days(20), NULL) AS gone_at,
    if(gone_at IS NULL, NULL, 404) AS gone_status, seen_at AS published_seen_at
FROM addressed JOIN people ON person = drawn(addressed.number + 9, 4_000) ORDER BY seen_at;

INSERT INTO revisions BY NAME
SELECT
    article_id, shown AS revision, seen_at + to_hours(2 * (shown - 1)) AS seen_at, title,
    if(shown = revision, text, text[:length(text) - 200]) AS text, words AS word_count,
    if(shown = revision, content_hash, md5('before ' || number)) AS content_hash, run_id, capture_file, capture_offset
FROM (SELECT *, unnest(range(1, revision + 1)) AS shown FROM addressed)
ORDER BY seen_at;

INSERT INTO absences BY NAME
SELECT article_id, seen_at + to_days(20) AS gone_at, 404 AS gone_status, 'gone' AS reason, run_id
FROM addressed WHERE drawn(number + 8, 300) = 0;

INSERT INTO copies BY NAME
SELECT article_id, story_id AS of_article_id, story_id, 1.0 AS similarity, 'exact' AS kind FROM addressed WHERE number <> origin;

INSERT INTO matches BY NAME
SELECT
    article_id, topic, [term] AS terms, title ILIKE '%' || term || '%' AS in_title, 1.0 + drawn(number + 10, 100) / 25.0 AS score,
    text[greatest(1, strpos(text, term) - 60):strpos(text, term) + 60] AS snippet, if(topic = 'rare', 1, addressed.revision) AS revision,
    NOT (topic = 'rare' AND addressed.revision = 2) AS current
FROM addressed JOIN hits USING (origin) ORDER BY seen_at;

INSERT INTO fingerprints BY NAME
SELECT
    article_id, content_hash, published_at AS dated_at, seen_at, words AS word_count, words AS shingles,
    list_transform(range(greatest(32, words // 8)), lambda x: CAST(hash(origin * 10_000 + x) >> 2 AS BIGINT)) AS sketch,
    false AS is_digest
FROM addressed ORDER BY seen_at;

-- For each article two pages that were off topic.
CREATE OR REPLACE TEMP TABLE pages AS
SELECT
    url_id, url, source, seen_at, run_id, article_id, published_at, 'loaded' AS outcome, capture_file, capture_offset
FROM addressed
UNION ALL
SELECT
    md5('off ' || shown || ' ' || number)::UUID, url || '-' || shown, source, seen_at, run_id, NULL, NULL, 'off-topic', NULL, NULL
FROM (SELECT *, unnest([1, 2]) AS shown FROM addressed);

INSERT INTO fetches BY NAME
SELECT
    run_id, url_id, source, url, url AS canonical_url, 'page' AS kind, 'feed https://' || source || '.example/feed' AS found_by,
    seen_at AS requested_at, 0.4 AS seconds, 200 AS status, 60_000 + drawn(url, 90_000) AS bytes, outcome, article_id,
    capture_file, capture_offset, if(outcome = 'loaded', NULL, 'off-topic') AS reason, 'feed' AS origin, 1 AS urls,
    source AS listed_by
FROM pages ORDER BY seen_at;

INSERT INTO urls BY NAME
SELECT
    url_id, url, url AS canonical_url, source, 'page' AS kind, seen_at AS first_found_at, seen_at AS last_outcome_at,
    seen_at AS last_fetched_at, outcome AS last_outcome, 0 AS failures, article_id,
    if(article_id IS NULL, NULL, true) AS is_carrier, published_at, source AS listed_by,
    published_at AS listed_at
FROM pages ORDER BY seen_at;

INSERT INTO source_runs BY NAME
SELECT
    run_id, source, min(seen_at) AS started_at, true AS is_whole, 1 AS listings, 1 AS listings_read, 0 AS listings_failed,
    0 AS listings_gone, count(*) AS found, count(*) + 1 AS visits, count(*) AS page_visits, count(*) + 1 AS answers,
    0 AS http_errors, 0 AS network_errors, 0 AS failed, 0 AS page_failures, 0 AS robots, 0 AS walls, 0 AS page_walls,
    0 AS refusals, 0 AS page_refusals, count(*) AS articles, count(article_id) AS loaded, count(*) AS pages, 0 AS not_articles,
    60_000 AS smallest, 150_000 AS largest, count(*) AS measured, count(*) AS with_authors, count(*) AS with_time,
    600.0 AS words, count(*) AS titles, count(*) AS texts
FROM pages GROUP BY run_id, source ORDER BY 3;

INSERT INTO runs BY NAME
SELECT
    run_id, 'collect' AS flow, min(seen_at) AS started_at, max(seen_at) AS finished_at, finished_at AS loaded_at, 'completed' AS state, '1' AS version,
    count(*) AS discovered, count(article_id) AS loaded, 0 AS updated, 0 AS unchanged, 0 AS copies,
    count(*) - count(article_id) AS off_topic, 0 AS not_article, 0 AS robots, 0 AS refused, 0 AS http_errors,
    0 AS network_errors, 0 AS failed, count(article_id) AS articles, count(article_id) AS new_revisions, 0 AS new_copies
FROM pages WHERE run_id NOT IN (SELECT run_id FROM runs) GROUP BY run_id ORDER BY 3;
