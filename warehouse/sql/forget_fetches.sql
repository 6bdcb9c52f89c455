-- needs: gone_articles, gone_urls
-- The rows stay, so that the outcomes of a run still add up, but nothing in them says what was fetched.
UPDATE fetches
SET url = $address, canonical_url = $address, reason = $reason, "detail" = NULL, article_id = NULL, capture_file = NULL,
    capture_offset = NULL
WHERE article_id IN (SELECT article_id FROM gone_articles) OR url_id IN (SELECT url_id FROM gone_urls)
