-- The notes whose id begins with some hexadecimal digits, also deleted ones, with their articles.
SELECT
    n.note_id, n.article_id, n.author, n.created_at, n.edited_at, n.deleted_at, n.text, n.tags, a.source, a.title, a.url
FROM notes AS n JOIN articles AS a USING (article_id)
WHERE starts_with(replace(n.note_id::VARCHAR, '-', ''), $digits)
ORDER BY n.created_at, n.note_id;
