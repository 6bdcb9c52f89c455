-- The servers that asked to be left alone for longer than now. A moment that is too far ahead comes from a wrong clock.
SELECT retry_host, max(retry_at)
FROM fetches
WHERE retry_at > $now AND retry_at <= $latest
GROUP BY retry_host
ORDER BY retry_host
