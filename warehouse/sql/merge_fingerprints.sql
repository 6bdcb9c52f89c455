-- needs: batch_digests, batch_kept, batch_texts
-- The fingerprints of new texts. The bounds on dated_at let DuckDB skip the files of other weeks.
MERGE INTO fingerprints
USING (
    SELECT * REPLACE (content_hash IN (SELECT content_hash FROM batch_digests) AS is_digest)
    FROM batch_texts
    WHERE article_id IN (SELECT article_id FROM batch_kept)
    ORDER BY dated_at
) AS new
ON fingerprints.article_id = new.article_id AND fingerprints.content_hash = new.content_hash
    AND fingerprints.dated_at BETWEEN $since AND $until
WHEN NOT MATCHED THEN INSERT BY NAME;
