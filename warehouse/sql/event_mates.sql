-- needs: batch_events
-- All articles of the events that some articles report.
SELECT DISTINCT article_id FROM events WHERE event_id IN (SELECT event_id FROM events SEMI JOIN batch_events USING (article_id));
