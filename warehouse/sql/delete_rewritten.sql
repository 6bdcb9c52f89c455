-- needs: batch_rewritten
DELETE FROM revisions WHERE article_id IN (SELECT article_id FROM batch_rewritten);
