-- needs: known_ids
-- The articles of the batch that are in the warehouse.
SELECT
    article_id, url, source, title, content_hash, word_count, revision, story_id,
    published_at, published_precision, published_from, published_seen_at, first_seen_at, last_seen_at
FROM articles
WHERE article_id IN (SELECT article_id FROM known_ids);
