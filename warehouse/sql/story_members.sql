-- every article of each story that the batch touches
WITH touched AS (
    SELECT story_id FROM batch_stories
    UNION
    SELECT story_id FROM articles WHERE article_id IN (
        SELECT article_id FROM revisions WHERE content_hash IN (SELECT content_hash FROM batch_hashes)
    )
)
SELECT article_id, story_id, published_at, first_seen_at
FROM articles
WHERE story_id IN (SELECT story_id FROM touched);
