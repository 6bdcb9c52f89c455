-- needs: unread_hashes
-- The texts of candidates that are only in the warehouse. The times let DuckDB skip the files of other weeks.
SELECT content_hash, any_value(text)
FROM revisions
WHERE seen_at BETWEEN $since AND $until AND content_hash IN (SELECT content_hash FROM unread_hashes)
GROUP BY content_hash;
