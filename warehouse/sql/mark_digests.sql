-- needs: batch_digests
-- Texts that turned out to be digests when another of their parts arrived.
UPDATE fingerprints SET is_digest = true
WHERE content_hash IN (SELECT content_hash FROM batch_digests) AND NOT coalesce(is_digest, false);
