-- How many articles, of these ids if there are any, were not compared with this state of a list yet.
SELECT count(*)
FROM (
    SELECT article_id, md5(content_hash || ' ' || coalesce(title, '')) AS text_hash
    FROM articles
    WHERE $ids::UUID[] IS NULL OR article_id IN (SELECT unnest($ids::UUID[]))
)
ANTI JOIN (SELECT article_id, text_hash FROM compared WHERE list = $list AND version = $version) AS done
    USING (article_id, text_hash);
