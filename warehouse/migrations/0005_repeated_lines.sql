-- Lines that many articles of a source share, such as footers. They are stored so that a later run can cut them from a single
-- new article.

CREATE TABLE repeated_lines (
    source        VARCHAR,
    line_hash     VARCHAR,
    line          VARCHAR,
    place         VARCHAR,
    articles      INTEGER,
    first_seen_at TIMESTAMPTZ,
    last_seen_at  TIMESTAMPTZ
);
COMMENT ON TABLE repeated_lines IS 'One row per source and line that its articles repeat, such as a footer. These lines are cut from the texts.';
COMMENT ON COLUMN repeated_lines.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN repeated_lines.line_hash IS 'Hash of the line, ignoring case, white space and the style of quotation marks.';
COMMENT ON COLUMN repeated_lines.line IS 'The line.';
COMMENT ON COLUMN repeated_lines.place IS 'Where the line is cut: edge (only at the beginning and the end of a text) or anywhere.';
COMMENT ON COLUMN repeated_lines.articles IS 'Number of different articles with the line, the most in any one run.';
COMMENT ON COLUMN repeated_lines.first_seen_at IS 'Start of the first run that found it repeated.';
COMMENT ON COLUMN repeated_lines.last_seen_at IS 'Start of the latest run with articles that had it.';
