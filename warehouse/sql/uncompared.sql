-- How many articles were not compared with this state of a list yet.
SELECT count(*)
FROM (SELECT article_id, md5(content_hash || ' ' || coalesce(title, '')) AS text_hash FROM articles)
ANTI JOIN (SELECT article_id, text_hash FROM compared WHERE list = $list AND version = $version) AS done
    USING (article_id, text_hash);
