-- The captures that can be cleaned again: of the current revision of each article, of each of its pages if it has several, and the
-- latest of each page without article.
WITH fetched AS (
    SELECT f.*, r.started_at, coalesce(f.requested_at, r.started_at) AS fetched_at
    FROM fetches AS f JOIN runs AS r USING (run_id)
    WHERE r.flow <> 'reclean' AND f.capture_file IS NOT NULL
),
-- A capture that two runs loaded has two rows.
origins AS (
    FROM fetched
    QUALIFY row_number() OVER (PARTITION BY capture_file, capture_offset ORDER BY fetched_at, started_at) = 1
),
without_article AS (
    FROM fetched
    WHERE kind = 'page'
    QUALIFY row_number() OVER (PARTITION BY url_id ORDER BY fetched_at DESC, started_at DESC) = 1
),
captures AS (
    SELECT
        a.source, coalesce(o.url_id, a.article_id) AS url_id, a.raw_url AS url, coalesce(o.canonical_url, a.url) AS canonical_url,
        a.capture_file, a.capture_offset, a.article_id, r.seen_at AS fetched_at, NULL AS page
    FROM articles AS a
    JOIN revisions AS r USING (article_id, revision)
    LEFT JOIN origins AS o ON o.capture_file = a.capture_file AND o.capture_offset = a.capture_offset
    WHERE a.capture_file IS NOT NULL AND a.article_id NOT IN (SELECT article_id FROM parts)
    UNION ALL
    -- without its first page an article is not cleaned again
    SELECT a.source, p.url_id, p.url, p.url, p.capture_file, p.capture_offset, a.article_id, r.seen_at, p.page
    FROM parts AS p
    JOIN articles AS a USING (article_id)
    JOIN revisions AS r USING (article_id, revision)
    WHERE p.capture_file IS NOT NULL
    QUALIFY min(p.page) OVER (PARTITION BY article_id) = (SELECT min(page) FROM parts AS q WHERE q.article_id = a.article_id)
    UNION ALL
    SELECT source, url_id, url, canonical_url, capture_file, capture_offset, NULL, fetched_at, NULL
    FROM without_article
    WHERE outcome IN ('off-topic', 'not-article', 'failed') AND article_id IS NULL
        AND url_id NOT IN (SELECT url_id FROM urls WHERE article_id IS NOT NULL)
)
SELECT source, url_id, url, canonical_url, capture_file, capture_offset, article_id, page
FROM captures
WHERE (len($sources) = 0 OR list_contains($sources, source))
    AND fetched_at >= coalesce($since, '-infinity'::TIMESTAMPTZ)
ORDER BY source, article_id IS NULL, capture_file, capture_offset;
