-- The notes that were not deleted, with their articles, the earliest first: all, those on one article, or those of late.
SELECT
    n.note_id, n.article_id, n.author, n.created_at, n.edited_at, n.deleted_at, n.text, n.tags, a.source, a.title, a.url
FROM notes AS n JOIN articles AS a USING (article_id)
WHERE n.deleted_at IS NULL
    AND ($article::UUID IS NULL OR n.article_id = $article::UUID)
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(n.edited_at, n.created_at) >= $since::TIMESTAMPTZ)
ORDER BY n.created_at, n.note_id;
