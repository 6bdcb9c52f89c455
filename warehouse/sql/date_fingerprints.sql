-- needs: batch_dated
-- The times of the texts of articles of which an earlier page, or another date, became known.
UPDATE fingerprints SET seen_at = t.seen_at, dated_at = coalesce(t.published_at, t.seen_at)
FROM (
    SELECT d.article_id, d.published_at, r.content_hash, min(r.seen_at) AS seen_at
    FROM batch_dated AS d JOIN revisions AS r USING (article_id)
    GROUP BY ALL
) AS t
WHERE fingerprints.article_id = t.article_id AND fingerprints.content_hash = t.content_hash
    AND (fingerprints.seen_at <> t.seen_at OR fingerprints.dated_at <> coalesce(t.published_at, t.seen_at));
