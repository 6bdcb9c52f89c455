-- Articles that an outlet took down, and that came back.

ALTER TABLE articles ADD COLUMN gone_at TIMESTAMPTZ;
ALTER TABLE articles ADD COLUMN gone_status INTEGER;
COMMENT ON COLUMN articles.gone_at IS 'When it was first seen that the outlet had taken the article down: its address answers 404 or 410, leads to the front page or a list, or to a page that says that it is missing. Null if it is there. See takedowns.';
COMMENT ON COLUMN articles.gone_status IS 'HTTP status by which it was seen to be gone; 200 where a page says that it is missing, null where the address leads to a page that was not requested.';
COMMENT ON COLUMN urls.failures IS 'Number of consecutive fetches that ended in http-error, network-error or failed, or at the address of an article without the article.';

CREATE TABLE absences (
    article_id   UUID,
    gone_at      TIMESTAMPTZ,
    gone_status  INTEGER,
    reason       VARCHAR,
    run_id       UUID,
    came_back_at TIMESTAMPTZ,
    back_run_id  UUID
);
COMMENT ON TABLE absences IS 'One row per time that an article was gone from its address, see the view takedowns.';
COMMENT ON COLUMN absences.article_id IS 'Article, see articles.';
COMMENT ON COLUMN absences.gone_at IS 'When it was first seen to be gone.';
COMMENT ON COLUMN absences.gone_status IS 'HTTP status by which it was seen, see articles.';
COMMENT ON COLUMN absences.reason IS 'Why it counts as gone: gone, missing-page, led-away or site-wide (see the values of fetches.reason).';
COMMENT ON COLUMN absences.run_id IS 'Run that found it, see runs.';
COMMENT ON COLUMN absences.came_back_at IS 'When the article was first seen again; null while it is gone.';
COMMENT ON COLUMN absences.back_run_id IS 'Run that saw it again.';
