-- All tags, of articles by their outlets and of notes by users, the most frequent first.
SELECT tag
FROM (
    SELECT unnest(tags) AS tag FROM articles
    UNION ALL
    SELECT unnest(tags) AS tag FROM notes WHERE deleted_at IS NULL
)
GROUP BY tag
ORDER BY count(*) DESC, tag;
