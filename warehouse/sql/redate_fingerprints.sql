-- needs: batch_moved_texts
-- Texts of which an earlier page, or another date, becomes known; before their articles are linked again.
UPDATE fingerprints SET seen_at = m.seen_at, dated_at = m.dated_at
FROM batch_moved_texts AS m
WHERE fingerprints.article_id = m.article_id AND fingerprints.content_hash = m.content_hash;
