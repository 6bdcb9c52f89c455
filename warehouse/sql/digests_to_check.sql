-- needs: batch_moved_texts
-- Texts that are digests and may not be any more: their times change, or those of a text that was near them and shares hashes.
SELECT DISTINCT d.content_hash
FROM fingerprints AS d, fingerprints AS f JOIN batch_moved_texts AS m ON m.article_id = f.article_id AND m.content_hash = f.content_hash
WHERE d.is_digest AND f.seen_at BETWEEN $since AND $until
    AND (d.dated_at BETWEEN $near_since AND $near_until OR d.seen_at BETWEEN $near_since AND $near_until)
    AND (d.content_hash = f.content_hash OR list_has_any(d.sketch, f.sketch));
