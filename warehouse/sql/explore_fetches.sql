-- Some addresses of a run, with how each ended.
SELECT url, source, outcome, reason, detail, status, kind, found_by, requested_at, seconds, bytes, article_id, urls
FROM fetches
WHERE run_id = $run
    AND ($outcome::VARCHAR IS NULL OR outcome = $outcome)
    AND ($source::VARCHAR IS NULL OR source = $source)
    AND ($reason::VARCHAR IS NULL OR reason = $reason)
ORDER BY source, requested_at NULLS LAST, url
LIMIT $count OFFSET $first;
