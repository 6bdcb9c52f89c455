-- The numbers of the indexed texts to which a search is restricted; a NULL restricts nothing.
SELECT docs.doc
FROM docs JOIN articles AS a USING (article_id)
WHERE ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], a.source))
    AND ($languages::VARCHAR[] IS NULL OR list_contains($languages::VARCHAR[], a.language))
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since)
    AND ($until::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) < $until)
    AND ($tags::VARCHAR[] IS NULL OR list_has_any(list_transform(a.tags, lambda tag: lower(tag)), $tags::VARCHAR[]))
    AND (
        $topics::VARCHAR[] IS NULL
        OR a.article_id IN (SELECT article_id FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic))
    );
