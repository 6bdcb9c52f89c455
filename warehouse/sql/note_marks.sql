-- How many notes are on articles, and their tags, for those articles that have any.
SELECT article_id, count(*), list_sort(list_distinct(flatten(list(tags))))
FROM notes
WHERE deleted_at IS NULL AND article_id IN (SELECT unnest($ids::UUID[]))
GROUP BY article_id;
