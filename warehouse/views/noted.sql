CREATE OR REPLACE VIEW noted AS
SELECT
    n.created_at, n.edited_at, n.author, n.text AS note, n.tags, a.source, a.title, a.url, a.published_at,
    a.article_id, a.story_id, n.note_id
FROM notes AS n JOIN articles AS a USING (article_id)
WHERE n.deleted_at IS NULL;

COMMENT ON VIEW noted IS 'One row per note on an article, with the article: what newslake note has written, without what was deleted. Example: FROM noted WHERE list_contains(tags, ''important'')';
COMMENT ON COLUMN noted.created_at IS 'When the note was written.';
COMMENT ON COLUMN noted.edited_at IS 'When its text or tags were last changed; null if never.';
COMMENT ON COLUMN noted.author IS 'Who wrote it.';
COMMENT ON COLUMN noted.note IS 'What it says; null if it has tags only.';
COMMENT ON COLUMN noted.tags IS 'The tags of the note, as written. Those of the outlet are in articles.tags.';
COMMENT ON COLUMN noted.source IS 'Outlet of the article.';
COMMENT ON COLUMN noted.title IS 'Its headline, as it is now.';
COMMENT ON COLUMN noted.url IS 'Its address.';
COMMENT ON COLUMN noted.published_at IS 'When it was published.';
COMMENT ON COLUMN noted.article_id IS 'The article, see articles.';
COMMENT ON COLUMN noted.story_id IS 'Its story, see stories.';
COMMENT ON COLUMN noted.note_id IS 'The note, see notes.';
