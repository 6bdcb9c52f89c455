-- Articles that the search index lacks, or has by other rules, at most some of them.
SELECT article_id, revision, url, title, text, language
FROM articles ANTI JOIN (SELECT article_id FROM docs WHERE rules = $rules) AS done USING (article_id)
LIMIT $most;
