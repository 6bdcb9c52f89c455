CREATE OR REPLACE VIEW takedowns AS
SELECT
    article_id, source, url, title, b.gone_at, b.gone_status, b.reason, b.came_back_at, b.run_id, b.back_run_id,
    a.revision, a.published_at, a.first_seen_at, a.last_seen_at, a.capture_file, a.capture_offset
FROM absences AS b JOIN articles AS a USING (article_id);

COMMENT ON VIEW takedowns IS 'One row per time that an outlet took an article down: its address answered 404 or 410, led to the front page or a list, or to a page that says that it is missing. Walls, errors of the server and the network, and redirects to another article are no take-downs.';
COMMENT ON COLUMN takedowns.article_id IS 'Article, see articles.';
COMMENT ON COLUMN takedowns.source IS 'Its outlet.';
COMMENT ON COLUMN takedowns.url IS 'Its address.';
COMMENT ON COLUMN takedowns.title IS 'Its headline, as it was last seen.';
COMMENT ON COLUMN takedowns.gone_at IS 'When it was first seen to be gone.';
COMMENT ON COLUMN takedowns.gone_status IS 'HTTP status then; 200 where a page says that it is missing, null where the address leads to a page that was not requested.';
COMMENT ON COLUMN takedowns.reason IS 'gone, missing-page, led-away or site-wide (nearly all articles of the host went at once and were still gone half a day later, as after a relaunch).';
COMMENT ON COLUMN takedowns.came_back_at IS 'When the article was first seen again; null while it is gone.';
COMMENT ON COLUMN takedowns.run_id IS 'Run that found it gone, see runs.';
COMMENT ON COLUMN takedowns.back_run_id IS 'Run that saw it again.';
COMMENT ON COLUMN takedowns.revision IS 'Number of its last revision, see revisions.';
COMMENT ON COLUMN takedowns.published_at IS 'When it was published.';
COMMENT ON COLUMN takedowns.first_seen_at IS 'When it was first fetched.';
COMMENT ON COLUMN takedowns.last_seen_at IS 'When it was last fetched.';
COMMENT ON COLUMN takedowns.capture_file IS 'WARC file with its page, see articles.';
COMMENT ON COLUMN takedowns.capture_offset IS 'Offset of its record in the WARC file, in bytes.';
