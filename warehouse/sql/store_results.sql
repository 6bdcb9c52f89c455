-- needs: search_hits, selected, shown
-- What a search selects, with the snippets that were made.
INSERT INTO temp.search_hits
SELECT $asked, docs.article_id, selected.score, shown.snippet
FROM selected JOIN docs USING (doc) LEFT JOIN shown USING (doc);
