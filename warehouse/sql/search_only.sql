-- The numbers of the indexed texts to which a search is restricted; a NULL restricts nothing. Tags are given as they are written
-- in the corpus, by the outlet or in a note.
SELECT doc
FROM docs
WHERE ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
    AND ($languages::VARCHAR[] IS NULL OR list_contains(list_transform($languages::VARCHAR[], lambda code: lower(code)), language))
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) >= $since)
    AND ($until::TIMESTAMPTZ IS NULL OR coalesce(published_at, first_seen_at) < $until)
    AND ($topics::VARCHAR[] IS NULL OR list_has_any(topics, $topics::VARCHAR[]))
    AND (
        $tags::VARCHAR[] IS NULL
        OR list_has_any(tags, $tags::VARCHAR[])
        OR article_id IN (
            SELECT n.article_id FROM notes AS n WHERE n.deleted_at IS NULL AND list_has_any(n.tags, $tags::VARCHAR[])
        )
    )
    AND (
        $names::VARCHAR[] IS NULL
        OR article_id IN (
            SELECT m.article_id FROM mentions AS m
            WHERE list_contains($names::VARCHAR[], lower(m.name))
                OR list_contains($names::VARCHAR[], lower(m.entity))
                OR list_has_any($names::VARCHAR[], list_transform(m.forms, lambda form: lower(form)))
        )
        OR article_id IN (SELECT l.article_id FROM listed AS l WHERE list_contains($names::VARCHAR[], lower(l.entity)))
    )
    AND (
        $entities::VARCHAR[] IS NULL
        OR article_id IN (SELECT l.article_id FROM listed AS l WHERE list_contains($entities::VARCHAR[], l.entity))
    );
