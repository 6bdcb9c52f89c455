-- The revisions of an article in order, each with what it changed and the flow that loaded it.
SELECT
    r.revision, r.seen_at, r.title, r.word_count, r.content_hash,
    coalesce(r.title <> lag(r.title) OVER earlier, false)               AS title_changed,
    coalesce(r.content_hash <> lag(r.content_hash) OVER earlier, false) AS text_changed,
    coalesce(r.word_count - lag(r.word_count) OVER earlier, 0)          AS words_more,
    r.run_id, n.flow, r.capture_file, r.capture_offset, r.rewritten_at
FROM revisions AS r LEFT JOIN (SELECT run_id, flow FROM runs) AS n USING (run_id)
WHERE r.article_id = $id
WINDOW earlier AS (ORDER BY r.revision)
ORDER BY r.revision;
