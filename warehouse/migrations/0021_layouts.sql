-- The layouts of outlets, as their pages taught them: where the text, the date and the byline stand, and what is not the article's.

CREATE TABLE IF NOT EXISTS layouts (
    source      VARCHAR,
    version     INTEGER,
    part        VARCHAR,
    place       VARCHAR,
    confirmed   INTEGER,
    pages       INTEGER,
    run_id      UUID,
    learned_at  TIMESTAMPTZ,
    valid_from  TIMESTAMPTZ,
    valid_until TIMESTAMPTZ
);
COMMENT ON TABLE layouts IS 'One row per source, version of its layout and place on its pages that this version knows. Pages are read by the latest version from the run after the one that learned it; what a page declares about itself always goes first.';
COMMENT ON COLUMN layouts.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN layouts.version IS 'Number of the version, from 1 on. A version never changes; one that knows other places gets the next number.';
COMMENT ON COLUMN layouts.part IS 'What stands at the place: container (the text of the article), date (of publication), byline, or aside (what is not the article''s: boxes, inserts, lists of other articles).';
COMMENT ON COLUMN layouts.place IS 'The way from the body of the page to the place: tags with an id or the first class, blocks without either counted among their like.';
COMMENT ON COLUMN layouts.confirmed IS 'Number of pages that had confirmed the place when the version was made: their data declare the date or authors that stand there, or the text is there, or nothing of it.';
COMMENT ON COLUMN layouts.pages IS 'Number of pages that could have confirmed it.';
COMMENT ON COLUMN layouts.run_id IS 'The run that made the version.';
COMMENT ON COLUMN layouts.learned_at IS 'Start of that run.';
COMMENT ON COLUMN layouts.valid_from IS 'When the first page with this layout was fetched. Earlier captures are not read by it.';
COMMENT ON COLUMN layouts.valid_until IS 'When a newer version took over, or the first page was fetched that has this layout no more. Null: in use.';

CREATE TABLE IF NOT EXISTS layout_evidence (
    source        VARCHAR,
    part          VARCHAR,
    place         VARCHAR,
    confirmed     INTEGER,
    against       INTEGER,
    pages         INTEGER,
    authors       BIGINT[],
    missed        INTEGER,
    first_seen_at TIMESTAMPTZ,
    last_seen_at  TIMESTAMPTZ
);
COMMENT ON TABLE layout_evidence IS 'One row per source and place on its pages that may become part of its layout. For newslake itself; layouts has what is used.';
COMMENT ON COLUMN layout_evidence.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN layout_evidence.part IS 'What may stand at the place; see layouts.part.';
COMMENT ON COLUMN layout_evidence.place IS 'The place; see layouts.place.';
COMMENT ON COLUMN layout_evidence.confirmed IS 'Number of pages that confirm the place. All counts are halved when they get large, so that newer pages weigh more.';
COMMENT ON COLUMN layout_evidence.against IS 'Number of pages that speak against it.';
COMMENT ON COLUMN layout_evidence.pages IS 'Number of pages that could have done either.';
COMMENT ON COLUMN layout_evidence.authors IS 'Of a byline: keys of two different authors that it named, if it named more than one.';
COMMENT ON COLUMN layout_evidence.missed IS 'Number of pages since the last that had the layout in use, if none has it any more.';
COMMENT ON COLUMN layout_evidence.first_seen_at IS 'When the first page that confirms the place was fetched.';
COMMENT ON COLUMN layout_evidence.last_seen_at IS 'Start of the latest run that observed pages of the source.';

ALTER TABLE articles ADD COLUMN IF NOT EXISTS layout INTEGER;
COMMENT ON COLUMN articles.layout IS 'Version of the source''s layout (see layouts) that had a say in how the page was read. Null: none had. An article is read by the same version when it is fetched again, so that a new version looks like no edit; newslake reclean reads it by the version of its time.';
