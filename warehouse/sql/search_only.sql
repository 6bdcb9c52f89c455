-- The numbers of the indexed texts to which a search is restricted; a NULL restricts nothing. Tags are given as they are written
-- in the corpus, by the outlet or in a note.
SELECT docs.doc
FROM docs JOIN articles AS a USING (article_id)
WHERE ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], a.source))
    AND ($languages::VARCHAR[] IS NULL OR list_contains(list_transform($languages::VARCHAR[], lambda code: lower(code)), a.language))
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since)
    AND ($until::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) < $until)
    AND (
        $tags::VARCHAR[] IS NULL
        OR list_has_any(a.tags, $tags::VARCHAR[])
        OR a.article_id IN (
            SELECT n.article_id FROM notes AS n WHERE n.deleted_at IS NULL AND list_has_any(n.tags, $tags::VARCHAR[])
        )
    )
    AND (
        $topics::VARCHAR[] IS NULL
        OR a.article_id IN (SELECT article_id FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic))
    );
