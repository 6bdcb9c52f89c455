-- needs: batch_unlisted
-- Remove what lists found in an earlier text of these articles.
DELETE FROM listed
WHERE article_id IN (SELECT article_id FROM batch_unlisted)
    AND article_id NOT IN (
        SELECT c.article_id
        FROM compared AS c JOIN articles AS a USING (article_id)
        WHERE c.text_hash = md5(a.content_hash || ' ' || coalesce(a.title, ''))
    );
