-- Articles with this URL, taken from or repeated by this URL, or with an id that begins with these digits.
SELECT DISTINCT article_id, url
FROM articles
WHERE url = $named OR raw_url = $named OR starts_with(article_id::VARCHAR, $digits)
    OR article_id IN (SELECT article_id FROM urls WHERE url = $named OR canonical_url = $named)
ORDER BY url;
