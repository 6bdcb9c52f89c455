-- What came into the corpus in a stretch of time, with what a brief tells of it. What is older by days than the stretch is late:
-- an archive, or the first look at a source.
WITH fresh AS MATERIALIZED (SELECT * FROM new_since($since) WHERE loaded_at <= $until),
edited AS (
    SELECT article_id, revision, title_before, text_changed, words_more, lost_topics
    FROM edits
    WHERE article_id IN (SELECT article_id FROM fresh WHERE kind = 'edit')
)
SELECT
    f.kind, f.seen_at, f.source, f.title, f.url, f.article_id, a.story_id, f.topics, f.published_at,
    coalesce(a.published_precision = 'day', false)                                          AS is_day,
    a.language, f.revision, f.reason, a.gone_at,
    coalesce(a.published_at, a.first_seen_at) < $since::TIMESTAMPTZ - INTERVAL 3 DAY        AS is_late,
    e.title_before, e.text_changed, e.words_more, coalesce(e.lost_topics, [])               AS lost_topics
FROM fresh AS f
JOIN articles AS a USING (article_id)
LEFT JOIN edited AS e ON f.kind = 'edit' AND e.article_id = f.article_id AND e.revision = f.revision
ORDER BY f.loaded_at, f.seen_at, f.article_id, f.kind;
