-- The numbers of the indexed texts that name somebody or something: in full or as short as it is in the text, or as an entry of a list
-- of the user.
SELECT doc
FROM docs SEMI JOIN (
    SELECT m.article_id FROM mentions AS m
    WHERE list_contains($names::VARCHAR[], lower(m.name))
        OR list_contains($names::VARCHAR[], lower(m.entity))
        OR list_has_any($names::VARCHAR[], list_transform(m.forms, lambda form: lower(form)))
    UNION ALL
    SELECT l.article_id FROM listed AS l WHERE list_contains($names::VARCHAR[], lower(l.entity))
) USING (article_id);
