-- Captures are named from the captures folder, and matches say which revision they are of. upgrade.py renames the captures of
-- older rows, as only the watchlist knows the folder.

COMMENT ON COLUMN articles.capture_file IS 'WARC file that holds the page of the current revision: its path from the captures folder ([crawl] captures), or an absolute path for an archive elsewhere. Null if the page was not kept (keep_captures) or is not kept any more (keep_captures_days).';
COMMENT ON COLUMN revisions.capture_file IS 'WARC file that holds the page, see articles. The page of every revision is kept, on topic or not, unless keep_captures = "none"; after keep_captures_days it is null.';
COMMENT ON COLUMN fetches.capture_file IS 'WARC file that holds the response, see articles; null if there was none or it was not kept.';

ALTER TABLE matches ADD COLUMN revision INTEGER;
ALTER TABLE matches ADD COLUMN current BOOLEAN;
COMMENT ON TABLE matches IS 'One row per article and topic that matches its current revision, or matched an earlier one until an edit took the words out.';
COMMENT ON COLUMN matches.terms IS 'Terms that matched, as written in that revision of the article.';
COMMENT ON COLUMN matches.revision IS 'The latest revision that matched, see revisions.';
COMMENT ON COLUMN matches.current IS 'True if the current revision matches; false if an edit took the words out.';

-- Until now, all matches were of the current revision.
MERGE INTO matches USING (SELECT article_id, revision FROM articles ORDER BY article_id) AS a USING (article_id)
WHEN MATCHED THEN UPDATE SET revision = a.revision, current = true;
