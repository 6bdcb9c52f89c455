-- What was removed with `newslake forget` is neither fetched nor loaded again. Only hashes are kept, no addresses.

CREATE TABLE tombstones (
    url_id       UUID,
    source       VARCHAR,
    asked        VARCHAR,
    forgotten_at TIMESTAMPTZ
);
COMMENT ON TABLE tombstones IS 'One row per URL or article that was removed with newslake forget. It is not fetched or loaded again, by no run, backfill or reclean.';
COMMENT ON COLUMN tombstones.url_id IS 'Identity of the URL or of the article: a hash, from which the address cannot be read.';
COMMENT ON COLUMN tombstones.source IS 'Name of the source that it was of.';
COMMENT ON COLUMN tombstones.asked IS 'What was to be removed: article, source or until (all articles up to a day).';
COMMENT ON COLUMN tombstones.forgotten_at IS 'When it was removed.';
COMMENT ON COLUMN fetches.url IS 'The URL as it was discovered; (forgotten) where it was removed with newslake forget.';
