-- Articles that were not searched for quotations yet.
SELECT article_id, text, language
FROM articles ANTI JOIN quoted USING (article_id)
LIMIT $count
