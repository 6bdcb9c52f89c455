-- The articles to export (`chosen`, see chosen_articles.sql), each with the topics that select it, and those that only an
-- earlier revision of it matched, and with the notes on it that were not deleted.
SELECT
    a.*, coalesce(t.topics, []) AS topics, coalesce(t.earlier_topics, []) AS earlier_topics,
    coalesce(n.notes, []) AS notes, coalesce(n.note_tags, []) AS note_tags
FROM articles AS a
LEFT JOIN (
    SELECT
        article_id,
        list(topic ORDER BY topic) FILTER (current)     AS topics,
        list(topic ORDER BY topic) FILTER (NOT current) AS earlier_topics
    FROM matches
    GROUP BY ALL
) AS t USING (article_id)
LEFT JOIN (
    SELECT
        article_id,
        list({note_id: note_id, author: author, created_at: created_at, edited_at: edited_at, text: "text", tags: tags}
            ORDER BY created_at, note_id)                   AS notes,
        list_sort(list_distinct(flatten(list(tags))))       AS note_tags
    FROM notes
    WHERE deleted_at IS NULL
    GROUP BY article_id
) AS n USING (article_id)
WHERE article_id IN (FROM chosen)
