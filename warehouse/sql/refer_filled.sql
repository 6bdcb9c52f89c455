-- needs: batch_filled
-- Articles of which an earlier page arrives late are cited from that page.
MERGE INTO revisions
USING (SELECT f.*, a.revision FROM batch_filled AS f JOIN articles AS a USING (article_id) ORDER BY article_id) AS new
ON revisions.article_id = new.article_id AND revisions.revision = new.revision
WHEN MATCHED THEN UPDATE SET
    seen_at = new.seen_at, capture_file = new.capture_file, capture_offset = new.capture_offset;

MERGE INTO articles USING (SELECT * FROM batch_filled ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED THEN UPDATE SET
    raw_url = new.raw_url, capture_file = new.capture_file, capture_offset = new.capture_offset;
