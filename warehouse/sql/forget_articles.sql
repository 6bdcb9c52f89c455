-- The articles to forget: those named, or those of a source, or those up to a day, or both of the latter.
SELECT article_id FROM articles
WHERE list_contains($articles::UUID[], article_id)
   OR (len($articles::UUID[]) = 0 AND ($source::VARCHAR IS NOT NULL OR $until::DATE IS NOT NULL)
       AND ($source::VARCHAR IS NULL OR source = $source::VARCHAR)
       AND ($until::DATE IS NULL OR CAST(timezone('UTC', coalesce(published_at, first_seen_at)) AS DATE) <= $until::DATE))
ORDER BY article_id
