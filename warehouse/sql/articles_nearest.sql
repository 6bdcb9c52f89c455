-- The articles whose address or headline is most like what was asked for.
SELECT article_id, url, title
FROM articles
WHERE greatest(jaro_winkler_similarity(url, $like), jaro_winkler_similarity(lower(title), lower($like))) > 0.8
ORDER BY
    greatest(jaro_winkler_similarity(url, $like), jaro_winkler_similarity(lower(title), lower($like))) DESC,
    first_seen_at DESC, url
LIMIT 3;
