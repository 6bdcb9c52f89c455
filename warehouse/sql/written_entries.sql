-- How some articles write entries of the user's lists: those that are asked for, or whose names are.
SELECT article_id, unnest(written)
FROM listed
WHERE article_id IN (SELECT unnest($articles::UUID[]))
    AND (list_contains($entities::VARCHAR[], entity) OR list_contains($names::VARCHAR[], lower(entity)));
