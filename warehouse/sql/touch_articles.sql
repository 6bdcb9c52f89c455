-- needs: batch_known
-- Known articles that were seen again or move to another story, or whose current revision begins with another page.
MERGE INTO articles USING (SELECT * FROM batch_known ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE SET
    story_id = coalesce(new.story_id, articles.story_id),
    first_seen_at = least(articles.first_seen_at, new.seen_at),
    last_seen_at = greatest(articles.last_seen_at, new.seen_at),
    revision = coalesce(new.revision, articles.revision),
    capture_file = coalesce(new.capture_file, articles.capture_file),
    capture_offset = coalesce(new.capture_offset, articles.capture_offset),
    run_id = coalesce(new.run_id, articles.run_id),
    published_at = coalesce(new.published_at, articles.published_at),
    published_precision = coalesce(new.published_precision, articles.published_precision),
    published_from = coalesce(new.published_from, articles.published_from),
    published_seen_at = coalesce(new.published_seen_at, articles.published_seen_at);
