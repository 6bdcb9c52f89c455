-- needs: batch_unsure
-- All articles with these texts, and the texts.
SELECT f.article_id, f.content_hash, a.url, a.source, a.title, f.word_count, a.published_at, any_value(r.text), f.seen_at
FROM fingerprints AS f JOIN articles AS a USING (article_id)
JOIN revisions AS r ON r.article_id = f.article_id AND r.content_hash = f.content_hash
WHERE f.content_hash IN (SELECT content_hash FROM batch_unsure)
GROUP BY ALL
ORDER BY f.article_id, f.content_hash;
