-- The earlier revisions of the articles of a source, the latest of each article first.
SELECT r.article_id, r.revision, r.title, r.text, a.language
FROM revisions AS r JOIN articles AS a USING (article_id)
WHERE a.source = ? AND r.revision < a.revision
ORDER BY r.article_id, r.revision DESC;
