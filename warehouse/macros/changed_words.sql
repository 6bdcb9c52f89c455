CREATE OR REPLACE MACRO changed_words(article) AS TABLE
WITH words AS (
    SELECT
        r.revision, r.seen_at,
        unnest(regexp_extract_all(r.title || chr(10) || r.text, '[\p{L}\p{M}\p{N}]+(?:[''’.-][\p{L}\p{M}\p{N}]+)*')) AS word
    FROM revisions AS r
    WHERE r.article_id = CAST(article AS UUID)
),
numbers AS (SELECT w.revision, w.word, count(*) AS times FROM words AS w GROUP BY w.revision, w.word),
later AS (SELECT r.revision, r.seen_at FROM revisions AS r WHERE r.article_id = CAST(article AS UUID) AND r.revision > 1),
sides AS (
    SELECT l.revision, l.seen_at, n.word, CASE WHEN n.revision = l.revision THEN n.times ELSE -n.times END AS times
    FROM later AS l JOIN numbers AS n ON n.revision IN (l.revision, l.revision - 1)
)
SELECT
    s.revision, s.seen_at AS edited_at, s.word,
    CASE WHEN sum(s.times) > 0 THEN 'added' ELSE 'removed' END AS change,
    abs(sum(s.times))::BIGINT AS times
FROM sides AS s
GROUP BY s.revision, s.seen_at, s.word
HAVING sum(s.times) <> 0
ORDER BY s.revision, change, times DESC, s.word;

COMMENT ON MACRO changed_words IS 'One row per edit of an article and word that it has more or less often since, in headline and text together. Example: FROM changed_words(''0b4d…'')';
COMMENT ON PARAMETER changed_words.article IS 'The article_id, complete.';
COMMENT ON COLUMN changed_words.revision IS 'Number of the revision that the edit made, see edits.';
COMMENT ON COLUMN changed_words.edited_at IS 'When the edit was first seen.';
COMMENT ON COLUMN changed_words.word IS 'The word, as it is written.';
COMMENT ON COLUMN changed_words.change IS 'added or removed.';
COMMENT ON COLUMN changed_words.times IS 'How many times more or less often the word is there.';
