-- Articles of which the current title and text were not compared with this state of a list yet, at most some of them; only of these
-- ids, if there are any.
SELECT article_id, title, text, text_hash
FROM (
    SELECT article_id, title, text, md5(content_hash || ' ' || coalesce(title, '')) AS text_hash
    FROM articles
    WHERE $ids::UUID[] IS NULL OR article_id IN (SELECT unnest($ids::UUID[]))
)
ANTI JOIN (SELECT article_id, text_hash FROM compared WHERE list = $list AND version = $version) AS done
    USING (article_id, text_hash)
LIMIT $most;
