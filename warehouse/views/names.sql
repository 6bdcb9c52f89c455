CREATE OR REPLACE VIEW names AS
SELECT
    m.kind, m.name, max(coalesce(m.entity, l.entity)) AS entity, count(*) AS articles, count(*) FILTER (m.in_title) AS titles,
    count(DISTINCT a.source) AS sources, list_sort(list(DISTINCT a.language)) AS languages,
    min(coalesce(a.published_at, a.first_seen_at)) AS first_at, max(coalesce(a.published_at, a.first_seen_at)) AS last_at
FROM mentions AS m JOIN articles AS a USING (article_id)
LEFT JOIN (
    SELECT article_id, written, max(entity) AS entity
    FROM (SELECT article_id, entity, unnest(written) AS written FROM listed)
    GROUP BY article_id, written
) AS l ON l.article_id = m.article_id AND l.written = m.name
GROUP BY m.kind, m.name;

COMMENT ON VIEW names IS 'One row per name of a person, organisation, place or vessel in the corpus, as articles write it; see mentions.';
COMMENT ON COLUMN names.kind IS 'person, organisation, place or vessel.';
COMMENT ON COLUMN names.name IS 'The name as articles write it most fully. Another script or spelling is another name.';
COMMENT ON COLUMN names.entity IS 'Entry of a list of yours that it matches; null if no list has it.';
COMMENT ON COLUMN names.articles IS 'Articles that have it.';
COMMENT ON COLUMN names.titles IS 'Those of them that have it in the title.';
COMMENT ON COLUMN names.sources IS 'Outlets of them.';
COMMENT ON COLUMN names.languages IS 'Languages of them, as ISO 639 codes.';
COMMENT ON COLUMN names.first_at IS 'Publication of the first of them, or its first fetch if that is unknown.';
COMMENT ON COLUMN names.last_at IS 'The same of the latest.';
