CREATE OR REPLACE MACRO corpus_as_of(moment) AS TABLE
WITH then_current AS (
    SELECT r.article_id, max(r.revision) AS revision
    FROM revisions AS r
    WHERE r.seen_at <= CAST(moment AS TIMESTAMPTZ)
    GROUP BY r.article_id
),
absent AS (
    SELECT b.article_id, max(b.gone_at) AS gone_at
    FROM absences AS b
    WHERE b.gone_at <= CAST(moment AS TIMESTAMPTZ) AND coalesce(b.came_back_at > CAST(moment AS TIMESTAMPTZ), true)
    GROUP BY b.article_id
)
SELECT
    r.article_id, a.source, a.url, r.title, r.text, r.word_count, r.content_hash, r.revision, r.seen_at,
    a.published_at, a.published_precision, a.language, a.first_seen_at, b.gone_at,
    coalesce(r.rewritten_at > CAST(moment AS TIMESTAMPTZ), false) AS is_rewritten, r.rewritten_at,
    coalesce(coalesce(n.loaded_at, n.finished_at) > CAST(moment AS TIMESTAMPTZ), false) AS is_added_later,
    a.revision AS current_revision, r.capture_file, r.capture_offset
FROM revisions AS r
JOIN then_current AS t ON t.article_id = r.article_id AND t.revision = r.revision
JOIN articles AS a ON a.article_id = r.article_id
LEFT JOIN absent AS b ON b.article_id = r.article_id
LEFT JOIN runs AS n ON n.run_id = r.run_id
WHERE r.seen_at <= CAST(moment AS TIMESTAMPTZ);

COMMENT ON MACRO corpus_as_of IS 'One row per article that had been fetched by a moment, with the headline and text that its page had then. Articles first fetched later are left out. For any date, also long before the oldest state that the lake keeps. Example: FROM corpus_as_of(''2026-03-31'') WHERE source = ''chosun''';
COMMENT ON PARAMETER corpus_as_of.moment IS 'A date or a time. A date is its first moment, in the time zone of the session.';
COMMENT ON COLUMN corpus_as_of.article_id IS 'Article, see articles.';
COMMENT ON COLUMN corpus_as_of.source IS 'Its outlet.';
COMMENT ON COLUMN corpus_as_of.url IS 'Its address.';
COMMENT ON COLUMN corpus_as_of.title IS 'Its headline at that moment.';
COMMENT ON COLUMN corpus_as_of.text IS 'Its text at that moment; see is_rewritten.';
COMMENT ON COLUMN corpus_as_of.word_count IS 'Words in that text.';
COMMENT ON COLUMN corpus_as_of.content_hash IS 'Hash of that text, see articles.';
COMMENT ON COLUMN corpus_as_of.revision IS 'Number of the revision of that moment, see revisions.';
COMMENT ON COLUMN corpus_as_of.seen_at IS 'When this revision was first fetched.';
COMMENT ON COLUMN corpus_as_of.published_at IS 'When the article was published, as far as is known today.';
COMMENT ON COLUMN corpus_as_of.published_precision IS 'How exact published_at is, see articles.';
COMMENT ON COLUMN corpus_as_of.language IS 'Language of the current text, as an ISO 639 code.';
COMMENT ON COLUMN corpus_as_of.first_seen_at IS 'When the article was first fetched.';
COMMENT ON COLUMN corpus_as_of.gone_at IS 'When it was first seen to be gone, if it was gone at that moment. Null: it was there.';
COMMENT ON COLUMN corpus_as_of.is_rewritten IS 'True if newslake cleaned the same page again after that moment (newslake reclean) or added pages that were missing, and got another headline or text: this is the new one. What the page said is in its capture.';
COMMENT ON COLUMN corpus_as_of.rewritten_at IS 'When that last happened; null if it never did, or before this was noted.';
COMMENT ON COLUMN corpus_as_of.is_added_later IS 'True if the page had been fetched by that moment, but was loaded into this corpus later: from an archive, or by a run that was taken up again.';
COMMENT ON COLUMN corpus_as_of.current_revision IS 'Number of the revision of today; a larger one than revision means that the article was edited since.';
COMMENT ON COLUMN corpus_as_of.capture_file IS 'WARC file with the page, see articles.';
COMMENT ON COLUMN corpus_as_of.capture_offset IS 'Offset of its record in the WARC file, in bytes.';
