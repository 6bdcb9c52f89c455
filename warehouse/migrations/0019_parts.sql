-- The pages of articles on several pages. An article that was stored before has none of its further pages here, whatever it has.

CREATE TABLE IF NOT EXISTS parts (
    article_id     UUID,
    page           INTEGER,
    url_id         UUID,
    url            VARCHAR,
    seen_at        TIMESTAMPTZ,
    title          VARCHAR,
    text           VARCHAR,
    headings       VARCHAR[],
    content_hash   VARCHAR,
    names          BIGINT[],
    others         VARCHAR[],
    capture_file   VARCHAR,
    capture_offset BIGINT
);
COMMENT ON TABLE parts IS 'One row per page of an article on several pages, as its current revision has it: articles.text is the text of all of them.';
COMMENT ON COLUMN parts.article_id IS 'The article, see articles. Its address is that of the first page.';
COMMENT ON COLUMN parts.page IS 'Number of the page, from 1.';
COMMENT ON COLUMN parts.url_id IS 'Identity of the address of the page, see urls.';
COMMENT ON COLUMN parts.url IS 'Address of the page.';
COMMENT ON COLUMN parts.seen_at IS 'When the page was fetched that first had this text.';
COMMENT ON COLUMN parts.title IS 'Headline of the page.';
COMMENT ON COLUMN parts.text IS 'Text of the page, with what other pages repeat.';
COMMENT ON COLUMN parts.headings IS 'Subheadings of the page.';
COMMENT ON COLUMN parts.content_hash IS 'Hash of its words, as in articles.';
COMMENT ON COLUMN parts.names IS 'Numbers of the pages that it names, and its own.';
COMMENT ON COLUMN parts.others IS 'Addresses of the other pages that it names.';
COMMENT ON COLUMN parts.capture_file IS 'WARC file that holds the page; null if it was not kept.';
COMMENT ON COLUMN parts.capture_offset IS 'Offset of its record in the WARC file, in bytes.';
COMMENT ON COLUMN fetches.article_id IS 'Article that the URL gave, or of which it is a further page (reason part), see articles; null if it gave none.';
