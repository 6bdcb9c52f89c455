-- Articles that were not searched for names by the present rules yet, at most some of them.
SELECT article_id, title, text, language
FROM articles ANTI JOIN (SELECT article_id FROM named WHERE rules >= $rules) AS done USING (article_id)
LIMIT $most;
