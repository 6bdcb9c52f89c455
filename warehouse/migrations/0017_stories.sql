-- Digests, which print several articles on one page and make no story of them; and the page that states when an article was
-- published, so that it does not matter in which order pages are loaded. upgrade.py chooses the heads of stories again, which are
-- articles that were seen first since this version.

ALTER TABLE fingerprints ADD COLUMN IF NOT EXISTS is_digest BOOLEAN;
COMMENT ON COLUMN fingerprints.is_digest IS 'True if the text prints several articles that have nothing in common: it is a copy only of a text that is more than half of it. Null: stored before this was looked for.';
COMMENT ON COLUMN fingerprints.dated_at IS 'When the article was published, or first fetched if that is unknown. Only articles that are dated, or were first fetched, within a few weeks of each other are compared.';

ALTER TABLE articles ADD COLUMN IF NOT EXISTS published_seen_at TIMESTAMP WITH TIME ZONE;
COMMENT ON COLUMN articles.published_seen_at IS 'When the page was fetched that states published_at: of the most precise statements the latest counts. Null: no page states it, or it was stored before this was noted.';
