-- needs: batch_fetches
-- URLs that were not due are left alone, so that long listings of known URLs cost nothing.
-- A run that is loaded late does not overwrite what a newer run found.
MERGE INTO urls
USING (SELECT *, found_at >= coalesce((SELECT max(last_outcome_at) FROM urls AS u WHERE u.url_id = f.url_id), found_at) AS latest
       FROM batch_fetches AS f WHERE visited ORDER BY url_id) AS new
USING (url_id)
WHEN MATCHED THEN UPDATE SET
    url = CASE WHEN new.latest AND new.requested_at IS NOT NULL AND NOT new.failed THEN new.url ELSE urls.url END,
    canonical_url = CASE WHEN new.latest AND new.requested_at IS NOT NULL AND NOT new.failed THEN new.canonical_url ELSE urls.canonical_url END,
    source = CASE WHEN new.latest AND urls.kind = 'page' THEN new.source ELSE urls.source END,
    listed_by = CASE WHEN new.listed_by = new.source THEN new.listed_by ELSE urls.listed_by END,
    -- What a source lists of another one says nothing of the spellings that the other one lists itself.
    tried = CASE
        WHEN NOT new.latest OR new.requested_at IS NULL THEN urls.tried
        WHEN new.failed OR (new.is_barren AND coalesce(new.listed_by, urls.listed_by, new.source) <> new.source)
            THEN list_distinct(list_append(coalesce(urls.tried, []), new.canonical_url))[-16:]
    END,
    first_found_at = least(urls.first_found_at, new.found_at),
    last_fetched_at = greatest(urls.last_fetched_at, new.requested_at),
    last_outcome_at = greatest(urls.last_outcome_at, new.found_at),
    last_outcome = CASE WHEN new.latest THEN new.outcome ELSE urls.last_outcome END,
    failures = CASE
        WHEN NOT new.latest OR new.requested_at IS NULL THEN urls.failures
        WHEN new.failed THEN urls.failures + 1
        ELSE 0
    END,
    -- What an address redirects to is not the article that was taken from it.
    article_id = CASE
        WHEN urls.is_carrier AND NOT new.is_carrier THEN urls.article_id
        WHEN new.latest THEN coalesce(new.article_id, urls.article_id)
        ELSE coalesce(urls.article_id, new.article_id)
    END,
    is_carrier = urls.is_carrier OR new.is_carrier,
    published_at = coalesce(new.published_at, urls.published_at),
    listed_at = least(urls.listed_at, new.listed_at);
