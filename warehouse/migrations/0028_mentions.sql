-- Who and what each article names: people, organisations, places and vessels, found when its text is loaded.
-- `named` says which articles were searched, and by which rules, since an article may name nobody.

CREATE TABLE IF NOT EXISTS mentions (
    article_id UUID,
    kind       VARCHAR,
    name       VARCHAR,
    entity     VARCHAR,
    in_title   BOOLEAN,
    times      INTEGER,
    position   BIGINT,
    forms      VARCHAR[],
    found_by   VARCHAR
);
COMMENT ON TABLE mentions IS 'One row per article and name in its current title or text. A name counts once in an article: who is named in full, and later by the last name, has one row.';
COMMENT ON COLUMN mentions.article_id IS 'Article, see articles.';
COMMENT ON COLUMN mentions.kind IS 'person, organisation, place or vessel.';
COMMENT ON COLUMN mentions.name IS 'The name as the article writes it most fully, without titles.';
COMMENT ON COLUMN mentions.entity IS 'Entry of a list of yours that the name was stored with; null otherwise. The view names has what the table listed says of it.';
COMMENT ON COLUMN mentions.in_title IS 'Whether the title has it, in full or in part.';
COMMENT ON COLUMN mentions.times IS 'How often title and text have it, in any form.';
COMMENT ON COLUMN mentions.position IS 'Offset of its first appearance in the text, from 1, as substr counts; null if only the title has it.';
COMMENT ON COLUMN mentions.forms IS 'The other ways in which the article writes it, such as the last name only.';
COMMENT ON COLUMN mentions.found_by IS 'text: the words show that it is a name; list: only a list of yours has it.';

CREATE TABLE IF NOT EXISTS named (
    article_id UUID,
    rules      INTEGER
);
COMMENT ON TABLE named IS 'One row per article of which the current text was searched for names; what was not, newslake maintain searches.';
COMMENT ON COLUMN named.article_id IS 'Article, see articles.';
COMMENT ON COLUMN named.rules IS 'Version of the rules that found the names in it. Newer rules search it again with newslake maintain.';
