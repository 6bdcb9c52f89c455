-- The tags that notes give to indexed texts, each pair once.
SELECT DISTINCT doc, unnest(n.tags) AS tag
FROM notes AS n JOIN docs USING (article_id)
WHERE n.deleted_at IS NULL;
