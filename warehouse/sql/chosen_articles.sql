-- The ids of the articles to export. A topic chooses the articles too that an edit took off it.
SELECT article_id FROM articles
WHERE (
    ($topics::VARCHAR[] IS NULL AND $articles::UUID[] IS NULL)
    OR article_id IN (SELECT article_id FROM matches WHERE list_contains($topics::VARCHAR[], topic))
    OR article_id IN (SELECT unnest($articles::UUID[]))
  )
  AND ($since IS NULL OR coalesce(published_at, first_seen_at) >= $since)
