-- needs: batch_moved
-- articles whose story turned out to be another
MERGE INTO articles USING (SELECT * FROM batch_moved ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE SET story_id = new.story_id;
