-- What a search shows of articles, except for their addresses, which are in passages: here they would take as long as all else.
SELECT article_id, source, language, published_at, published_precision, first_seen_at
FROM articles
WHERE article_id IN (SELECT unnest($ids::UUID[]));
