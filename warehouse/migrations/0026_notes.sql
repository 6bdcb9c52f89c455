-- What users note on articles: the one thing that they write.

CREATE TABLE IF NOT EXISTS notes (
    note_id    UUID,
    article_id UUID,
    author     VARCHAR,
    created_at TIMESTAMPTZ,
    edited_at  TIMESTAMPTZ,
    deleted_at TIMESTAMPTZ,
    text       VARCHAR,
    tags       VARCHAR[]
);
COMMENT ON TABLE notes IS 'One row per note of a user on an article (newslake note). Also those that were deleted, which nothing but SQL shows; the view noted has the others, with their articles.';
COMMENT ON COLUMN notes.note_id IS 'Identity of the note, random.';
COMMENT ON COLUMN notes.article_id IS 'The article that it is on, see articles.';
COMMENT ON COLUMN notes.author IS 'Who wrote it: the name of the user on their machine, or the one that they gave.';
COMMENT ON COLUMN notes.created_at IS 'When it was written.';
COMMENT ON COLUMN notes.edited_at IS 'When its text or tags were last changed; null if never.';
COMMENT ON COLUMN notes.deleted_at IS 'When it was deleted; null if it was not. Its text and tags stay, so that it can be restored, until the article is forgotten.';
COMMENT ON COLUMN notes.text IS 'What it says; null if it has tags only.';
COMMENT ON COLUMN notes.tags IS 'Tags that the user gave the article, as written; empty if it has a text only. A search for a tag finds these and the tags of the outlet.';
