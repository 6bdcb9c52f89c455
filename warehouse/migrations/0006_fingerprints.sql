-- What copies are found by. A row per text, with its hashes in one list: DuckDB unnests and joins the lists of a few weeks in
-- well under a second, and a row per hash would repeat the id of the article seventy times.

CREATE TABLE fingerprints (
    article_id   UUID,
    content_hash VARCHAR,
    dated_at     TIMESTAMPTZ,
    seen_at      TIMESTAMPTZ,
    word_count   INTEGER,
    shingles     INTEGER,
    sketch       BIGINT[]
);
COMMENT ON TABLE fingerprints IS 'A row per article and text that it had: what near copies are found by.';
COMMENT ON COLUMN fingerprints.article_id IS 'The article, see articles.';
COMMENT ON COLUMN fingerprints.content_hash IS 'Fingerprint of the whole text, see articles.';
COMMENT ON COLUMN fingerprints.dated_at IS 'When it was published, or where that is unknown first fetched: copies are looked for within some weeks of it.';
COMMENT ON COLUMN fingerprints.seen_at IS 'When this text was first fetched.';
COMMENT ON COLUMN fingerprints.word_count IS 'Words in the text.';
COMMENT ON COLUMN fingerprints.shingles IS 'How many different runs of five words (of eight characters in Chinese, Japanese and Thai) the text has.';
COMMENT ON COLUMN fingerprints.sketch IS 'Hashes of the runs of words, the low ones: texts that share words share hashes.';

COMMENT ON TABLE copies IS 'A row per article that repeats another: all of a story but its first.';
COMMENT ON COLUMN copies.similarity IS 'Share of the shorter text that stands in the longer one too, of this article and of_article_id; 1.0 for an exact copy.';
COMMENT ON COLUMN copies.kind IS 'exact: some revision has the same words in the same order; near: a part of it, see docs/stories.md.';
