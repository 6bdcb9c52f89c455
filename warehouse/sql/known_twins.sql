-- articles whose current text is a text of the batch
SELECT content_hash, url, article_id, source, title, word_count
FROM articles
WHERE content_hash IN (SELECT content_hash FROM batch_articles)
ORDER BY published_at NULLS LAST, first_seen_at, article_id;
