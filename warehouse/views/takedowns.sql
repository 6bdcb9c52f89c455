CREATE OR REPLACE VIEW takedowns AS
SELECT
    article_id, source, url, title, b.gone_at, b.gone_status, b.reason, b.came_back_at, b.run_id, b.back_run_id,
    a.revision, a.published_at, a.first_seen_at, a.last_seen_at, a.capture_file, a.capture_offset
FROM absences AS b JOIN articles AS a USING (article_id);

COMMENT ON VIEW takedowns IS 'One row per time that an outlet took an article down: its address answered 404 or 410, led to the front page or a list, or to a page that says that it is missing. gone_at: when that was first seen; gone_status: the HTTP status then; reason: gone, missing-page, led-away or site-wide (nearly all articles of the host went at once and were still gone half a day later, as after a relaunch). came_back_at: when the article was first seen again, null while it is gone. run_id, back_run_id: the runs that saw this. article_id, source, url, title, revision, published_at, first_seen_at, last_seen_at, capture_file, capture_offset: the article as it was last seen, with its page (see articles). Walls, errors of the server and the network, and redirects to another article are no take-downs.';
