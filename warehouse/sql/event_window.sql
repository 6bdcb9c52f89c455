-- What of each article within some time is compared.
SELECT article_id, dated_at, language, sounds, places, numbers, title_words, words, title_vector, vector
FROM event_profiles
WHERE dated_at BETWEEN $since AND $until
ORDER BY article_id;
