-- Articles as the records that they were loaded from, but for their matches.
SELECT
    a.article_id, a.url, a.raw_url, a.source, a.domain, a.title, a.text, a.content_hash, a.authors, a.published_at,
    a.published_precision, a.published_from, a.modified_at, a.language, a.section, a.tags, a.description, a.headings,
    a.image_url, a.free_to_read, a.word_count, a.title_from, a.authors_from, a.capture_file, a.capture_offset, r.seen_at
FROM articles AS a JOIN revisions AS r USING (article_id, revision)
WHERE a.source = ? AND a.capture_file IS NOT NULL;
