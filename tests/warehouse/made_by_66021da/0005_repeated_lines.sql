-- What repeats across a source's articles is part of none of them; remembered, so that one more article is enough to cut it from.

CREATE TABLE repeated_lines (
    source        VARCHAR,
    line_hash     VARCHAR,
    line          VARCHAR,
    place         VARCHAR,
    articles      INTEGER,
    first_seen_at TIMESTAMPTZ,
    last_seen_at  TIMESTAMPTZ
);
COMMENT ON TABLE repeated_lines IS 'A row per source and line that its articles repeat: it belongs to none of them, and is cut from their texts.';
COMMENT ON COLUMN repeated_lines.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN repeated_lines.line_hash IS 'Fingerprint of the line, whatever its quotes, case and white space.';
COMMENT ON COLUMN repeated_lines.line IS 'The line.';
COMMENT ON COLUMN repeated_lines.place IS 'Where it is cut: edge, the beginning and the end of a text; or anywhere.';
COMMENT ON COLUMN repeated_lines.articles IS 'How many different articles had it, the most that one run saw.';
COMMENT ON COLUMN repeated_lines.first_seen_at IS 'Start of the run that first found it repeated.';
COMMENT ON COLUMN repeated_lines.last_seen_at IS 'Start of the latest run whose articles had it.';
