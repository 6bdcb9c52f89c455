CREATE OR REPLACE VIEW edits AS
WITH lost AS (
    SELECT article_id, revision + 1 AS revision, list(topic ORDER BY topic) AS lost_topics
    FROM matches
    WHERE NOT current
    GROUP BY ALL
)
SELECT
    new.article_id, a.source, a.url, new.seen_at AS edited_at, new.revision,
    old.title AS title_before, new.title AS title_after,
    old.title <> new.title AS title_changed, old.content_hash <> new.content_hash AS text_changed,
    old.word_count AS words_before, new.word_count AS words_after, new.word_count - old.word_count AS words_more,
    coalesce(lost_topics, []) AS lost_topics,
    a.published_at, old.seen_at AS seen_before_at, new.run_id,
    old.content_hash AS hash_before, new.content_hash AS hash_after, new.capture_file, new.capture_offset
FROM revisions AS new
JOIN revisions AS old ON old.article_id = new.article_id AND old.revision = new.revision - 1
JOIN articles AS a ON a.article_id = new.article_id
LEFT JOIN lost ON lost.article_id = new.article_id AND lost.revision = new.revision
WHERE new.revision > 1;

COMMENT ON VIEW edits IS 'One row per edit of an article: what the outlet changed in its headline or text after newslake had first seen it. newslake diff ID shows an edit word by word, and changed_words(ID) lists its words.';
COMMENT ON COLUMN edits.article_id IS 'Article, see articles.';
COMMENT ON COLUMN edits.source IS 'Its outlet.';
COMMENT ON COLUMN edits.url IS 'Its address.';
COMMENT ON COLUMN edits.edited_at IS 'When the edit was first seen. It was made between seen_before_at and then.';
COMMENT ON COLUMN edits.revision IS 'Number of the revision that the edit made, from 2, see revisions.';
COMMENT ON COLUMN edits.title_before IS 'Headline before the edit.';
COMMENT ON COLUMN edits.title_after IS 'Headline after the edit.';
COMMENT ON COLUMN edits.title_changed IS 'True if the headline was changed.';
COMMENT ON COLUMN edits.text_changed IS 'True if words of the text were changed.';
COMMENT ON COLUMN edits.words_before IS 'Words of the text before the edit.';
COMMENT ON COLUMN edits.words_after IS 'Words of the text after the edit.';
COMMENT ON COLUMN edits.words_more IS 'By how many words the text became longer; negative if it became shorter.';
COMMENT ON COLUMN edits.lost_topics IS 'Topics whose words the edit took out, see edited_away; empty if it took out none.';
COMMENT ON COLUMN edits.published_at IS 'When the article was published.';
COMMENT ON COLUMN edits.seen_before_at IS 'When the text before the edit was first seen.';
COMMENT ON COLUMN edits.run_id IS 'Run that found the edit, see runs.';
COMMENT ON COLUMN edits.hash_before IS 'Hash of the text before the edit, see articles.content_hash.';
COMMENT ON COLUMN edits.hash_after IS 'Hash of the text after the edit.';
COMMENT ON COLUMN edits.capture_file IS 'WARC file with the edited page, see articles.';
COMMENT ON COLUMN edits.capture_offset IS 'Offset of its record in the WARC file, in bytes.';
