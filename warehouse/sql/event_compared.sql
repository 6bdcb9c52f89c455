-- needs: batch_profiled
-- What of some articles within some time is compared.
SELECT article_id, dated_at, language, sounds, places, numbers, title_words, words, title_vector, vector
FROM event_profiles SEMI JOIN batch_profiled USING (article_id)
WHERE dated_at BETWEEN $since AND $until;
