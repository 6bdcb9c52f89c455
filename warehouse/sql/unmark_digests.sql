-- needs: batch_undone
-- Texts that are no digests any more, since the times of their parts are known better.
UPDATE fingerprints SET is_digest = false
WHERE content_hash IN (SELECT content_hash FROM batch_undone) AND is_digest;
