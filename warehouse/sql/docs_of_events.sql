-- The numbers of the indexed texts that report some events.
SELECT doc
FROM docs SEMI JOIN (SELECT article_id FROM events WHERE event_id IN (SELECT unnest($events::UUID[]))) USING (article_id);
