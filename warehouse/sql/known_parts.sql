-- needs: asked_articles
-- The pages of these articles, in order.
SELECT
    article_id, page, url_id, url, seen_at, title, text, headings, content_hash, names, others, capture_file, capture_offset
FROM parts
WHERE article_id IN (SELECT article_id FROM asked_articles)
ORDER BY article_id, page;
