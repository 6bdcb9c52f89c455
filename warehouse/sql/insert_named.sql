-- needs: batch_named
-- Which articles were searched for names, and by which rules.
INSERT INTO named SELECT article_id, $rules FROM batch_named ORDER BY article_id;
