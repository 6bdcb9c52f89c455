-- The index of full-text search, written in the same transaction as the articles.

CREATE TABLE IF NOT EXISTS docs (
    doc        INTEGER,
    article_id UUID,
    revision   INTEGER,
    clitics    BOOLEAN,
    length     INTEGER,
    rules      SMALLINT
);
COMMENT ON TABLE docs IS 'One row per article in the search index, as its current revision reads. For newslake itself: FROM search(''…'') searches.';
COMMENT ON COLUMN docs.doc IS 'Number of the text in the index. An article gets a new one when its title or text changes.';
COMMENT ON COLUMN docs.article_id IS 'The article.';
COMMENT ON COLUMN docs.revision IS 'The revision that is indexed.';
COMMENT ON COLUMN docs.clitics IS 'Whether its language writes Arabic prefixes as part of the next word, as Arabic does and Persian does not.';
COMMENT ON COLUMN docs.length IS 'Words of title and text; in scripts without spaces, characters.';
COMMENT ON COLUMN docs.rules IS 'Version of the rules by which words became terms. Texts of an older version are indexed again.';

CREATE TABLE IF NOT EXISTS postings (
    term     VARCHAR,
    doc      INTEGER,
    tf       SMALLINT,
    title_tf TINYINT
);
COMMENT ON TABLE postings IS 'One row per term and indexed text: the search index, sorted by term. For newslake itself. Rows whose doc is not in docs belong to earlier texts, and go with the next maintenance.';
COMMENT ON COLUMN postings.term IS 'A folded word: case, accents and variants of letters are gone. In front of it: ^ written in capitals; · beginning of a second word of a Korean compound; + behind a Korean prefix; ~ inside a Korean word. In scripts without spaces, two neighbouring characters.';
COMMENT ON COLUMN postings.doc IS 'The text, see docs.';
COMMENT ON COLUMN postings.tf IS 'How often the term occurs in title and text together.';
COMMENT ON COLUMN postings.title_tf IS 'How often of these in the title.';

CREATE TABLE IF NOT EXISTS passages (
    doc  INTEGER,
    part SMALLINT,
    text VARCHAR
);
COMMENT ON TABLE passages IS 'One row per piece of an indexed text: from articles.text, of which Parquet gives two thousand at once, the snippets of a search would take seconds. For newslake itself. Rows whose doc is not in docs belong to earlier texts, and go with the next maintenance.';
COMMENT ON COLUMN passages.doc IS 'The text, see docs.';
COMMENT ON COLUMN passages.part IS '0: the title; from 1 on: the pieces of the text in order, which follow each other without a gap.';
COMMENT ON COLUMN passages.text IS 'The piece.';

CREATE TABLE IF NOT EXISTS searches (
    name     VARCHAR,
    query    VARCHAR,
    saved_at TIMESTAMPTZ
);
COMMENT ON TABLE searches IS 'One row per saved search (newslake search QUERY --save NAME). Its name can be used where a topic is asked for.';
COMMENT ON COLUMN searches.name IS 'Its name.';
COMMENT ON COLUMN searches.query IS 'The query, written as in a topic.';
COMMENT ON COLUMN searches.saved_at IS 'When it was saved.';
