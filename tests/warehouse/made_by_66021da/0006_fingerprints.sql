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

CREATE OR REPLACE VIEW stories AS
WITH members AS (
    SELECT
        articles.*, copies.similarity,
        row_number() OVER (PARTITION BY articles.story_id ORDER BY published_at NULLS LAST, first_seen_at, articles.article_id) AS place
    FROM articles LEFT JOIN copies USING (article_id)
)
SELECT
    story_id,
    min(article_id) FILTER (place = 1)    AS article_id,
    min(title) FILTER (place = 1)         AS title,
    min(url) FILTER (place = 1)           AS url,
    min(published_at)                     AS first_published,
    max(published_at)                     AS last_published,
    max(published_at) - min(published_at) AS span,
    count(*)                              AS articles,
    count(*) - 1                          AS copies,
    count(DISTINCT source)                AS sources,
    list(source ORDER BY place)           AS outlets,
    avg(similarity)                       AS in_common
FROM members
GROUP BY story_id;

COMMENT ON VIEW stories IS 'A row per story, that is an article and its copies. article_id, title, url: its first article (earliest published, then first seen). first_published, last_published, span: when its articles appeared. articles: how many there are; copies: how many repeat the first. sources: number of different outlets; outlets: the source of each article, in order of appearance. in_common: share of text that the copies have in common with the first, on average; null without copies.';
