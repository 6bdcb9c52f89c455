CREATE OR REPLACE VIEW edited_away AS
SELECT
    m.topic, m.article_id, a.source, a.url, r.seen_at AS edited_at,
    b.title AS title_before, r.title AS title_after, m.terms, m.snippet, m.revision, a.published_at, a.gone_at
FROM matches AS m
JOIN articles AS a USING (article_id)
LEFT JOIN revisions AS b ON b.article_id = m.article_id AND b.revision = m.revision
LEFT JOIN revisions AS r ON r.article_id = m.article_id AND r.revision = m.revision + 1
WHERE NOT m.current;

COMMENT ON VIEW edited_away IS 'One row per article and topic whose words an edit took out, and that are not back: what the outlet no longer says.';
COMMENT ON COLUMN edited_away.topic IS 'Name of the topic.';
COMMENT ON COLUMN edited_away.article_id IS 'Article, see articles.';
COMMENT ON COLUMN edited_away.source IS 'Its outlet.';
COMMENT ON COLUMN edited_away.url IS 'Its address.';
COMMENT ON COLUMN edited_away.edited_at IS 'When the edit was first seen.';
COMMENT ON COLUMN edited_away.title_before IS 'Headline with which the topic still matched.';
COMMENT ON COLUMN edited_away.title_after IS 'Headline after the edit.';
COMMENT ON COLUMN edited_away.terms IS 'Terms that matched before the edit, as they were written.';
COMMENT ON COLUMN edited_away.snippet IS 'The first match before the edit, with the words around it.';
COMMENT ON COLUMN edited_away.revision IS 'The latest revision that matched, see revisions.';
COMMENT ON COLUMN edited_away.published_at IS 'When the article was published.';
COMMENT ON COLUMN edited_away.gone_at IS 'When the article was taken down, if it is, see takedowns.';
