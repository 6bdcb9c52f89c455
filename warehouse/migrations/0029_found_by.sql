-- By what a search is restricted, sorted and counted, beside the number of each text: from articles, which is read by its ids, the
-- facets and the dates of a search among a million articles would take longer than the search itself.

ALTER TABLE docs ADD COLUMN source VARCHAR;
ALTER TABLE docs ADD COLUMN language VARCHAR;
ALTER TABLE docs ADD COLUMN published_at TIMESTAMPTZ;
ALTER TABLE docs ADD COLUMN published_precision VARCHAR;
ALTER TABLE docs ADD COLUMN first_seen_at TIMESTAMPTZ;
ALTER TABLE docs ADD COLUMN tags VARCHAR[];
ALTER TABLE docs ADD COLUMN topics VARCHAR[];
UPDATE docs SET
    source = a.source,
    language = a.language,
    published_at = a.published_at,
    published_precision = a.published_precision,
    first_seen_at = a.first_seen_at,
    tags = a.tags,
    topics = a.topics
FROM (
    FROM articles LEFT JOIN (SELECT article_id, list(topic ORDER BY topic) AS topics FROM matches WHERE current GROUP BY article_id)
    USING (article_id)
) AS a
WHERE docs.article_id = a.article_id;
COMMENT ON COLUMN docs.source IS 'As in articles, like what follows.';
COMMENT ON COLUMN docs.language IS 'As in articles.';
COMMENT ON COLUMN docs.published_at IS 'As in articles.';
COMMENT ON COLUMN docs.published_precision IS 'As in articles.';
COMMENT ON COLUMN docs.first_seen_at IS 'As in articles.';
COMMENT ON COLUMN docs.tags IS 'As in articles: tags of the outlet.';
COMMENT ON COLUMN docs.topics IS 'The topics of which the article has a current match, as in matches; null if there is none.';
