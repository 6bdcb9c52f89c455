-- needs: batch_events
-- Which of some articles have a profile, and what it was made of.
SELECT article_id, content_hash, dated_at, rules, is_encoded FROM event_profiles SEMI JOIN batch_events USING (article_id);
