-- What ready-made questions need to know: when a run came into the corpus, when a listing says that a page was published, and which
-- revisions newslake itself has rewritten.

ALTER TABLE runs ADD COLUMN IF NOT EXISTS loaded_at TIMESTAMPTZ;
COMMENT ON COLUMN runs.loaded_at IS 'When it was loaded; each run has a later one than all that were loaded before it. Null for runs before this column existed.';

ALTER TABLE urls ADD COLUMN IF NOT EXISTS listed_at TIMESTAMPTZ;
COMMENT ON COLUMN urls.listed_at IS 'When the page was published by the listings of its own source: the earliest date that one gave (of publication, else of the last change) when the page was found or visited. Null if none gave any, and for URLs older than this column.';

ALTER TABLE revisions ADD COLUMN IF NOT EXISTS rewritten_at TIMESTAMPTZ;
COMMENT ON COLUMN revisions.rewritten_at IS 'When newslake last rewrote the headline or text of this revision, because it cleaned the same page again (newslake reclean) or found pages that were missing. Null if it never did, or before this column existed.';
