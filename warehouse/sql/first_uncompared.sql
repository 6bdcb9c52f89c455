-- Articles that were not compared with this state of a list yet: whatever was loaded since a moment, and so many others, the latest
-- first.
WITH waiting AS (
    SELECT article_id, first_seen_at
    FROM (SELECT article_id, first_seen_at, md5(content_hash || ' ' || coalesce(title, '')) AS text_hash FROM articles)
    ANTI JOIN (SELECT article_id, text_hash FROM compared WHERE list = $list AND version = $version) AS done
        USING (article_id, text_hash)
),
brought AS (
    SELECT DISTINCT f.article_id
    FROM fetches AS f JOIN runs AS r USING (run_id)
    WHERE coalesce(r.loaded_at, r.finished_at) >= $since::TIMESTAMPTZ AND f.outcome IN ('loaded', 'updated')
)
SELECT article_id FROM waiting SEMI JOIN brought USING (article_id)
UNION ALL
(SELECT article_id FROM waiting ANTI JOIN brought USING (article_id) ORDER BY first_seen_at DESC, article_id LIMIT $most);
