-- First articles of their stories whose present text was not compared by the present rules, at most some of them, the earliest first:
-- what lies within a few days is compared at once.
SELECT article_id
FROM articles ANTI JOIN copies USING (article_id)
ANTI JOIN (
    SELECT article_id, content_hash FROM event_profiles WHERE rules >= $rules AND (is_encoded OR NOT $encode)
) AS done USING (article_id, content_hash)
ORDER BY coalesce(published_at, first_seen_at), article_id
LIMIT $most;
