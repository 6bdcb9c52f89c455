-- needs: parted_stories
-- The texts of all articles of stories that appeared in a stretch of time, with what is known of them.
SELECT a.story_id, f.content_hash, f.article_id, f.dated_at, f.seen_at, f.word_count, coalesce(f.is_digest, false) AS is_digest
FROM articles AS a JOIN fingerprints AS f USING (article_id)
WHERE a.story_id IN (SELECT story_id FROM parted_stories) AND (f.dated_at BETWEEN $since AND $until OR f.seen_at BETWEEN $since AND $until)
ORDER BY a.story_id, f.dated_at, f.article_id, f.content_hash;
