-- Articles whose id begins, or whose address ends, as asked for. Of ends, those that are whole parts of an address go first.
SELECT
    article_id, url, title,
    CASE WHEN article_id BETWEEN $first::UUID AND $last::UUID THEN 1
         WHEN list_bool_or([ends_with(rtrim(url, '/'), '/' || ltrim(ending, '/')) FOR ending IN $endings::VARCHAR[]]) THEN 1
         ELSE 2 END AS rank
FROM articles
WHERE article_id BETWEEN $first::UUID AND $last::UUID
    OR list_bool_or([ends_with(rtrim(url, '/'), ending) FOR ending IN $endings::VARCHAR[]])
ORDER BY rank, first_seen_at DESC, url
LIMIT 1000;
