-- Each URL of a run with what the corpus has of it. An article is a URL's own where both point at one capture.
SELECT f.url, f.outcome, f.detail, f.status, a.article_id, a.title, length(a.text) AS length, list(m.topic) AS topics
FROM fetches f
LEFT JOIN articles a ON a.capture_file = f.capture_file AND a.capture_offset = f.capture_offset
LEFT JOIN matches m ON m.article_id = a.article_id
WHERE f.run_id = '{run}'
GROUP BY ALL
