-- needs: batch_found_by
-- What has changed of articles whose indexed texts stay.
MERGE INTO docs USING (SELECT * FROM batch_found_by ORDER BY article_id) AS new USING (article_id)
WHEN MATCHED AND (
    docs.source, docs.language, docs.published_at, docs.published_precision, docs.first_seen_at, docs.tags, docs.topics
) IS DISTINCT FROM (
    new.source, new.language, new.published_at, new.published_precision, new.first_seen_at, new.tags, new.topics
) THEN UPDATE BY NAME;
