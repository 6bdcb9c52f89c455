-- Why a URL ended and where it was found, as values. Before, only `detail` and `found_by` said so, in words.

ALTER TABLE fetches ADD COLUMN reason VARCHAR;
ALTER TABLE fetches ADD COLUMN origin VARCHAR;
COMMENT ON COLUMN fetches.reason IS 'Why the URL ended so, as a value (see the values of fetches.reason); null for loaded and updated, and in rows of runs before this column existed.';
COMMENT ON COLUMN fetches.origin IS 'Where the URL was found, as a value (see the values of fetches.origin).';

-- The words of earlier versions are read here once.
UPDATE fetches SET origin = CASE
    WHEN found_by IN ('watchlist', 'revisit', 'retry', 'reclean') THEN found_by
    WHEN found_by LIKE 'backfill %' THEN 'backfill'
    WHEN found_by LIKE 'robots.txt of %' THEN 'robots'
    WHEN found_by LIKE 'link %' THEN 'link'
    WHEN found_by LIKE 'common places of %' THEN 'guess'
    WHEN found_by LIKE 'in place of %' THEN 'replacement'
    WHEN regexp_matches(found_by, '^(feed|sitemap|sitemap index|section|home|next page of) ') THEN 'listing'
END;
