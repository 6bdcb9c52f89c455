-- Names of the user's own lists in articles, each with the reason why it counts; and which texts were compared with which state of a list.

CREATE TABLE IF NOT EXISTS listed (
    article_id UUID,
    list       VARCHAR,
    entity     VARCHAR,
    kind       VARCHAR,
    written    VARCHAR[],
    match      VARCHAR,
    reason     VARCHAR,
    score      DOUBLE,
    in_title   BOOLEAN,
    times      INTEGER
);
COMMENT ON TABLE listed IS 'One row per article, list of names ([[entity]] of the watchlist) and name of it that the current title or text has, in whichever way it is written. Example: SELECT entity, written, reason, a.url FROM listed JOIN articles AS a USING (article_id) WHERE list = ''sanctions'' ORDER BY score DESC';
COMMENT ON COLUMN listed.article_id IS 'Article, see articles.';
COMMENT ON COLUMN listed.list IS 'Name of the [[entity]].';
COMMENT ON COLUMN listed.entity IS 'The name as the list has it, not an alias.';
COMMENT ON COLUMN listed.kind IS 'What the list says that it is: person, organisation or vessel; any where it does not say.';
COMMENT ON COLUMN listed.written IS 'How the article writes it, each way once, in the order of the text.';
COMMENT ON COLUMN listed.match IS 'How near the nearest of these is: exact; spelling (order, initials, endings, a wrong letter); sound (another script or transliteration).';
COMMENT ON COLUMN listed.reason IS 'In what the nearest one differs from the list, in words.';
COMMENT ON COLUMN listed.score IS '1 where it stands as on the list, less the more it differs.';
COMMENT ON COLUMN listed.in_title IS 'Whether the title has it.';
COMMENT ON COLUMN listed.times IS 'How often title and text have it.';

CREATE TABLE IF NOT EXISTS compared (
    article_id UUID,
    list       VARCHAR,
    version    VARCHAR,
    text_hash  VARCHAR
);
COMMENT ON TABLE compared IS 'One row per article and list of names with which its text was compared; what was not, the next run or newslake maintain compares.';
COMMENT ON COLUMN compared.article_id IS 'Article, see articles.';
COMMENT ON COLUMN compared.list IS 'Name of the [[entity]].';
COMMENT ON COLUMN compared.version IS 'State of the list and of the rules of comparing: another one compares all articles again.';
COMMENT ON COLUMN compared.text_hash IS 'Which title and text were compared.';
