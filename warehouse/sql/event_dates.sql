-- needs: batch_linked
-- When some articles are dated that are compared.
SELECT min(dated_at), max(dated_at) FROM event_profiles SEMI JOIN batch_linked USING (article_id);
