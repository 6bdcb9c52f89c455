-- Which text of an article each fetch saw, so that a capture that is loaded late finds its place among those loaded before.

ALTER TABLE fetches ADD COLUMN text_id UUID;
ALTER TABLE fetches ADD COLUMN seen_at TIMESTAMPTZ;
COMMENT ON COLUMN fetches.text_id IS 'Identity of the title and text of the article that the URL showed: fetches of an article with the same value saw the same. Null if it gave no article, if another URL of the run gave the same one, and in rows of runs before this column existed.';
COMMENT ON COLUMN fetches.seen_at IS 'When that text was seen: the time of the capture. Null where text_id is.';
