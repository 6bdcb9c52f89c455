-- The index for finding copies: a row per text, with its hashes in one list. DuckDB unnests and joins the lists of a few weeks
-- in well under a second, while a row per hash would repeat the id of the article seventy times.

CREATE TABLE fingerprints (
    article_id   UUID,
    content_hash VARCHAR,
    dated_at     TIMESTAMPTZ,
    seen_at      TIMESTAMPTZ,
    word_count   INTEGER,
    shingles     INTEGER,
    sketch       BIGINT[]
);
COMMENT ON TABLE fingerprints IS 'One row per article and text that it had: the index by which near copies are found.';
COMMENT ON COLUMN fingerprints.article_id IS 'Article, see articles.';
COMMENT ON COLUMN fingerprints.content_hash IS 'Hash of the whole text, see articles.';
COMMENT ON COLUMN fingerprints.dated_at IS 'When the article was published, or first fetched if that is unknown. Only articles within a few weeks of each other are compared.';
COMMENT ON COLUMN fingerprints.seen_at IS 'When this text was first fetched.';
COMMENT ON COLUMN fingerprints.word_count IS 'Words in the text.';
COMMENT ON COLUMN fingerprints.shingles IS 'Number of distinct shingles: runs of five words, or of eight characters in Chinese, Japanese and Thai.';
COMMENT ON COLUMN fingerprints.sketch IS 'The lowest hashes of the shingles; texts that share passages share hashes.';

COMMENT ON TABLE copies IS 'One row per article that copies another: every article of a story except its first.';
COMMENT ON COLUMN copies.similarity IS 'Share of the shorter of the two texts that is also in the longer one; 1.0 for an exact copy.';
COMMENT ON COLUMN copies.kind IS 'exact (a revision has the same words in the same order) or near (a part of them), see docs/stories.md.';
