-- needs: batch_linked
-- The pairs of which one article is among some, within some time.
SELECT article_id, other_id, dated_at, odds
FROM event_links
WHERE dated_at BETWEEN $since AND $until
    AND (article_id IN (SELECT article_id FROM batch_linked) OR other_id IN (SELECT article_id FROM batch_linked));
