-- The places of the layouts of these sources, or of all; of each source at most so many of the latest versions, or all.
SELECT source, version, part, place, confirmed, pages, run_id, learned_at, valid_from, valid_until
FROM layouts
WHERE $sources IS NULL OR list_contains($sources::VARCHAR[], source)
QUALIFY $latest IS NULL OR dense_rank() OVER (PARTITION BY source ORDER BY version DESC) <= $latest
ORDER BY source, version, part, confirmed DESC, len(place) DESC, place;
