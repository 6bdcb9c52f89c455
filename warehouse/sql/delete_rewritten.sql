-- needs: batch_rewritten
-- The revisions of articles whose history is written again.
DELETE FROM revisions WHERE article_id IN (SELECT article_id FROM batch_rewritten);
