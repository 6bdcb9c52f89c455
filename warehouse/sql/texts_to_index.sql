-- needs: batch_to_index
-- The current texts of articles that are to be indexed, in the order of their ids.
SELECT article_id, revision, title, text, language
FROM articles SEMI JOIN batch_to_index USING (article_id)
ORDER BY article_id;
