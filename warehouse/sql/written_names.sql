-- How some articles write names, which are given in small letters: see docs_naming.
SELECT article_id, unnest(list_append(forms, name))
FROM mentions
WHERE article_id IN (SELECT unnest($articles::UUID[]))
    AND (
        list_contains($names::VARCHAR[], lower(name))
        OR list_contains($names::VARCHAR[], lower(entity))
        OR list_has_any($names::VARCHAR[], list_transform(forms, lambda form: lower(form)))
    );
