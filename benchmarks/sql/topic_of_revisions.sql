-- Each match that is not what the revisions of its article say: the latest one with the topic's word, and whether that is the current one.
WITH said AS (
    SELECT article_id, max(revision) FILTER (contains(lower(text), 'harbour')) AS latest, max(revision) AS newest
    FROM revisions
    GROUP BY article_id
)
SELECT article_id, latest, m.revision, m.current
FROM said LEFT JOIN matches AS m USING (article_id)
WHERE latest IS NOT NULL AND (latest, latest = newest) IS DISTINCT FROM (m.revision, m.current)
