-- Entries of lists of names that some articles have: those of the title first, then the surest.
SELECT article_id, list, entity, kind, written, match, reason, score, in_title, times
FROM listed
WHERE article_id IN (SELECT unnest($ids::UUID[]))
ORDER BY in_title DESC, score DESC, times DESC, list, entity, reason;
