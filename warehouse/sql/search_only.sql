-- The numbers of the indexed texts to which a search is restricted; a NULL restricts nothing.
SELECT docs.doc
FROM docs JOIN articles AS a USING (article_id)
WHERE ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], a.source))
    AND ($languages::VARCHAR[] IS NULL OR list_contains(list_transform($languages::VARCHAR[], lambda code: lower(code)), a.language))
    AND ($since::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) >= $since)
    AND ($until::TIMESTAMPTZ IS NULL OR coalesce(a.published_at, a.first_seen_at) < $until)
    AND (
        $tags::VARCHAR[] IS NULL
        OR list_has_any(  -- both folded here: Python folds other letters than DuckDB does
            list_transform(a.tags, lambda tag: lower(nfc_normalize(tag))),
            list_transform($tags::VARCHAR[], lambda tag: lower(nfc_normalize(tag)))
        )
    )
    AND (
        $topics::VARCHAR[] IS NULL
        OR a.article_id IN (SELECT article_id FROM matches WHERE current AND list_contains($topics::VARCHAR[], topic))
    );
