-- needs: batch_moved_texts
-- Texts that are digests and may not be any more: their times change, or those of a text that was near them and shares hashes.
WITH moved AS (
    SELECT unnest(f.sketch) AS hash
    FROM fingerprints AS f JOIN batch_moved_texts AS m ON m.article_id = f.article_id AND m.content_hash = f.content_hash
    WHERE f.seen_at BETWEEN $since AND $until
),
known AS (
    SELECT content_hash, unnest(sketch) AS hash
    FROM fingerprints
    WHERE is_digest AND (dated_at BETWEEN $near_since AND $near_until OR seen_at BETWEEN $near_since AND $near_until)
)
SELECT DISTINCT content_hash FROM known SEMI JOIN moved USING (hash);
