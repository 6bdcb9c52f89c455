-- What tells of each article within some time whether it is worth comparing. Words of titles count only where there is no vector.
SELECT article_id, dated_at, places, numbers, CASE WHEN vector IS NULL THEN title_words ELSE [] END, vector
FROM event_profiles
WHERE dated_at BETWEEN $since AND $until
ORDER BY article_id;
