-- The index also has the addresses of articles, so that a search need not read those of all articles to show twenty.
COMMENT ON TABLE passages IS 'One row per piece of an indexed article: from articles, of which Parquet gives two thousand at once, the snippets of a search would take seconds. For newslake itself. Rows whose doc is not in docs belong to earlier texts, and go with the next maintenance.';
COMMENT ON COLUMN passages.part IS '-1: the address; 0: the title; from 1 on: the pieces of the text in order, which follow each other without a gap.';
COMMENT ON COLUMN docs.rules IS 'Version of the rules by which words became terms, and of the tables of the index. Texts of an older version are indexed again.';
