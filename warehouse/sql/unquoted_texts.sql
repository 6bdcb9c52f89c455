-- Articles that were not searched for quotations yet, at most some of them.
SELECT article_id, text, language
FROM articles ANTI JOIN quoted USING (article_id)
LIMIT $most;
