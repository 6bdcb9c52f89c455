-- needs: batch_latest
-- The matches of the articles whose matches the run may change.
SELECT article_id, topic, terms, in_title, score, snippet, revision, current
FROM matches
WHERE article_id IN (SELECT article_id FROM batch_latest);
