-- needs: batch_moved
-- Articles that move to another story.
MERGE INTO articles USING (SELECT * FROM batch_moved ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE SET story_id = new.story_id;
