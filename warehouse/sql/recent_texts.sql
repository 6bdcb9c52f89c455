-- The newest texts of each source. They are chosen by narrow columns, and joined by time too, to read the texts of few files.
WITH recent AS (
    SELECT article_id, first_seen_at
    FROM articles
    WHERE source = ANY($sources)
    QUALIFY row_number() OVER (PARTITION BY source ORDER BY first_seen_at DESC, article_id) <= $count
)
SELECT article_id, source, text, headings, word_count, content_hash
FROM articles JOIN recent USING (article_id, first_seen_at)
ORDER BY source, article_id;
