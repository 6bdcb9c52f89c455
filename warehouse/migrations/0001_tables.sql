-- The tables of the public contract, each column with its meaning. DuckLake has no keys: the load keeps rows unique.

CREATE TABLE runs (
    run_id         UUID,
    flow           VARCHAR,
    started_at     TIMESTAMPTZ,
    finished_at    TIMESTAMPTZ,
    state          VARCHAR,
    version        VARCHAR,
    discovered     BIGINT,
    loaded         BIGINT,
    updated        BIGINT,
    unchanged      BIGINT,
    copies         BIGINT,
    off_topic      BIGINT,
    not_article    BIGINT,
    robots         BIGINT,
    refused        BIGINT,
    http_errors    BIGINT,
    network_errors BIGINT,
    failed         BIGINT,
    articles       BIGINT,
    new_revisions  BIGINT,
    new_copies     BIGINT
);
COMMENT ON TABLE runs IS 'One row per run (one execution of a flow), with the number of URLs per outcome.';
COMMENT ON COLUMN runs.run_id IS 'The run.';
COMMENT ON COLUMN runs.flow IS 'Which flow ran: collect, add (single addresses that were given to newslake add), backfill or reclean.';
COMMENT ON COLUMN runs.started_at IS 'When the run started.';
COMMENT ON COLUMN runs.finished_at IS 'When its pages were ready to be loaded.';
COMMENT ON COLUMN runs.state IS 'completed; partial: some sources failed; recovered: interrupted, and finished by a later run.';
COMMENT ON COLUMN runs.version IS 'Version of newslake that ran.';
COMMENT ON COLUMN runs.discovered IS 'URLs that the run discovered: the sum of the outcome counts that follow.';
COMMENT ON COLUMN runs.loaded IS 'URLs that gave a new article.';
COMMENT ON COLUMN runs.updated IS 'URLs of known articles whose title or text had changed.';
COMMENT ON COLUMN runs.unchanged IS 'Known URLs that had not changed or were not due for another fetch.';
COMMENT ON COLUMN runs.copies IS 'URLs whose article is already known from another URL of the same source.';
COMMENT ON COLUMN runs.off_topic IS 'URLs whose article matches no topic.';
COMMENT ON COLUMN runs.not_article IS 'URLs whose page is not an article, such as feeds and listings.';
COMMENT ON COLUMN runs.robots IS 'URLs that robots.txt disallows.';
COMMENT ON COLUMN runs.refused IS 'URLs that newslake refused: private address, too large, wrong content type or over the budget.';
COMMENT ON COLUMN runs.http_errors IS 'URLs that returned an HTTP error.';
COMMENT ON COLUMN runs.network_errors IS 'URLs that gave no response.';
COMMENT ON COLUMN runs.failed IS 'URLs that failed for another reason; fetches.detail has the error.';
COMMENT ON COLUMN runs.articles IS 'Articles in the warehouse after the run.';
COMMENT ON COLUMN runs.new_revisions IS 'Rows that the run added to revisions, including those of new articles.';
COMMENT ON COLUMN runs.new_copies IS 'Rows that the run added to copies.';

CREATE TABLE fetches (
    run_id         UUID,
    url_id         UUID,
    source         VARCHAR,
    url            VARCHAR,
    canonical_url  VARCHAR,
    kind           VARCHAR,
    found_by       VARCHAR,
    requested_at   TIMESTAMPTZ,
    seconds        DOUBLE,
    status         INTEGER,
    bytes          BIGINT,
    outcome        VARCHAR,
    detail         VARCHAR,
    article_id     UUID,
    capture_file   VARCHAR,
    capture_offset BIGINT
);
COMMENT ON TABLE fetches IS 'One row per run and URL: every discovered URL ends in exactly one outcome. Addresses beyond max_addresses of a source share one row, see urls.';
COMMENT ON COLUMN fetches.run_id IS 'Run, see runs.';
COMMENT ON COLUMN fetches.url_id IS 'Identity of the URL: a hash of its canonical form, see urls.';
COMMENT ON COLUMN fetches.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN fetches.url IS 'The URL as it was discovered.';
COMMENT ON COLUMN fetches.canonical_url IS 'The URL without tracking parameters and fragment; a mobile URL in its desktop form.';
COMMENT ON COLUMN fetches.kind IS 'How the URL was treated: page, feed, sitemap, section or home.';
COMMENT ON COLUMN fetches.found_by IS 'Where the URL was found, in words: a feed, a sitemap, the watchlist, a revisit or a retry.';
COMMENT ON COLUMN fetches.requested_at IS 'When it was requested; null if no request was made.';
COMMENT ON COLUMN fetches.seconds IS 'How long the response took.';
COMMENT ON COLUMN fetches.status IS 'HTTP status of the response.';
COMMENT ON COLUMN fetches.bytes IS 'Size of the response body.';
COMMENT ON COLUMN fetches.outcome IS 'How the URL ended: loaded, updated, unchanged, copy, off-topic, not-article, robots, refused, http-error, network-error or failed.';
COMMENT ON COLUMN fetches.detail IS 'Explanation in words: the error, the reason for a refusal, or the URL of the article that it repeats.';
COMMENT ON COLUMN fetches.article_id IS 'Article that the URL gave, see articles; null if it gave none.';
COMMENT ON COLUMN fetches.capture_file IS 'WARC file that holds the response.';
COMMENT ON COLUMN fetches.capture_offset IS 'Offset of its record in the WARC file, in bytes.';

CREATE TABLE urls (
    url_id          UUID,
    url             VARCHAR,
    canonical_url   VARCHAR,
    source          VARCHAR,
    kind            VARCHAR,
    first_found_at  TIMESTAMPTZ,
    last_outcome_at TIMESTAMPTZ,
    last_fetched_at TIMESTAMPTZ,
    last_outcome    VARCHAR,
    failures        INTEGER,
    article_id      UUID,
    is_carrier      BOOLEAN,
    published_at    TIMESTAMPTZ
);
COMMENT ON TABLE urls IS 'One row per known URL: its state over all runs, from which newslake decides when to fetch it again.';
COMMENT ON COLUMN urls.url_id IS 'Identity of the URL: a hash of its canonical form.';
COMMENT ON COLUMN urls.url IS 'The URL as it was first discovered.';
COMMENT ON COLUMN urls.canonical_url IS 'The URL without tracking parameters and fragment; a mobile URL in its desktop form.';
COMMENT ON COLUMN urls.source IS 'Source that first discovered it.';
COMMENT ON COLUMN urls.kind IS 'How the URL was treated: page, feed, sitemap, section or home.';
COMMENT ON COLUMN urls.first_found_at IS 'Start of the first run that discovered it.';
COMMENT ON COLUMN urls.last_outcome_at IS 'Start of the run in which it got last_outcome.';
COMMENT ON COLUMN urls.last_fetched_at IS 'When it was last requested; null if it never was.';
COMMENT ON COLUMN urls.last_outcome IS 'Outcome of its latest fetch; runs in which it was not due do not count.';
COMMENT ON COLUMN urls.failures IS 'Number of consecutive fetches that ended in http-error, network-error or failed.';
COMMENT ON COLUMN urls.article_id IS 'Article that the URL gave, see articles.';
COMMENT ON COLUMN urls.is_carrier IS 'True if the article was taken from this URL; false if the URL only repeats it.';
COMMENT ON COLUMN urls.published_at IS 'When its article was published.';

CREATE TABLE articles (
    article_id          UUID,
    url                 VARCHAR,
    raw_url             VARCHAR,
    source              VARCHAR,
    domain              VARCHAR,
    title               VARCHAR,
    title_from          VARCHAR,
    authors             VARCHAR[],
    authors_from        VARCHAR,
    published_at        TIMESTAMPTZ,
    published_precision VARCHAR,
    published_from      VARCHAR,
    modified_at         TIMESTAMPTZ,
    language            VARCHAR,
    section             VARCHAR,
    tags                VARCHAR[],
    description         VARCHAR,
    text                VARCHAR,
    headings            VARCHAR[],
    image_url           VARCHAR,
    free_to_read        BOOLEAN,
    word_count          INTEGER,
    story_id            UUID,
    revision            INTEGER,
    content_hash        VARCHAR,
    first_seen_at       TIMESTAMPTZ,
    last_seen_at        TIMESTAMPTZ,
    run_id              UUID,
    capture_file        VARCHAR,
    capture_offset      BIGINT
);
COMMENT ON TABLE articles IS 'One row per article: the cleaned text and metadata of its current revision.';
COMMENT ON COLUMN articles.article_id IS 'Identity of the article: a 128-bit hash of its canonical URL.';
COMMENT ON COLUMN articles.url IS 'Canonical URL.';
COMMENT ON COLUMN articles.raw_url IS 'The URL as it was discovered.';
COMMENT ON COLUMN articles.source IS 'Name of the source on the watchlist.';
COMMENT ON COLUMN articles.domain IS 'Domain of the URL.';
COMMENT ON COLUMN articles.title IS 'Headline, without the name of the site.';
COMMENT ON COLUMN articles.title_from IS 'Where the title was taken from, such as h1, og or json-ld; docs/evidence.md lists all values.';
COMMENT ON COLUMN articles.authors IS 'Authors, in the order in which the page names them.';
COMMENT ON COLUMN articles.authors_from IS 'Where the authors were taken from, such as json-ld, visible or layout; docs/evidence.md lists all values.';
COMMENT ON COLUMN articles.published_at IS 'When it was published; midnight in the time zone of the outlet if only the day is known.';
COMMENT ON COLUMN articles.published_precision IS 'How exact published_at is: second, minute or day.';
COMMENT ON COLUMN articles.published_from IS 'Where published_at was taken from, such as json-ld, meta, feed or visible.';
COMMENT ON COLUMN articles.modified_at IS 'When the outlet last changed it, by its own account.';
COMMENT ON COLUMN articles.language IS 'Language, as an ISO 639 code.';
COMMENT ON COLUMN articles.section IS 'Section of the outlet.';
COMMENT ON COLUMN articles.tags IS 'Keywords that the outlet assigned.';
COMMENT ON COLUMN articles.description IS 'Summary by the outlet.';
COMMENT ON COLUMN articles.text IS 'Full text, one paragraph per line; subheadings have lines of their own.';
COMMENT ON COLUMN articles.headings IS 'Subheadings, in order.';
COMMENT ON COLUMN articles.image_url IS 'URL of the lead image.';
COMMENT ON COLUMN articles.free_to_read IS 'False if the outlet declares it paywalled; null if the outlet does not say.';
COMMENT ON COLUMN articles.word_count IS 'Words in the text.';
COMMENT ON COLUMN articles.story_id IS 'Story of the article, shared with its copies, see stories. It changes only if two stories turn out to be one.';
COMMENT ON COLUMN articles.revision IS 'Number of the current revision, from 1, see revisions.';
COMMENT ON COLUMN articles.content_hash IS 'Hash of the text, ignoring case, white space and the style of quotation marks: exact copies have the same.';
COMMENT ON COLUMN articles.first_seen_at IS 'When it was first fetched.';
COMMENT ON COLUMN articles.last_seen_at IS 'When it was last fetched.';
COMMENT ON COLUMN articles.run_id IS 'Run that loaded the current revision, see runs.';
COMMENT ON COLUMN articles.capture_file IS 'WARC file that holds the page of the current revision.';
COMMENT ON COLUMN articles.capture_offset IS 'Offset of its record in the WARC file, in bytes.';

CREATE TABLE revisions (
    article_id     UUID,
    revision       INTEGER,
    seen_at        TIMESTAMPTZ,
    title          VARCHAR,
    text           VARCHAR,
    word_count     INTEGER,
    content_hash   VARCHAR,
    run_id         UUID,
    capture_file   VARCHAR,
    capture_offset BIGINT
);
COMMENT ON TABLE revisions IS 'One row per version of an article: every title and text that it had, including the current one.';
COMMENT ON COLUMN revisions.article_id IS 'Article, see articles.';
COMMENT ON COLUMN revisions.revision IS 'Number of the revision, from 1, in the order of the fetches.';
COMMENT ON COLUMN revisions.seen_at IS 'When this version was first fetched.';
COMMENT ON COLUMN revisions.title IS 'Headline.';
COMMENT ON COLUMN revisions.text IS 'Text.';
COMMENT ON COLUMN revisions.word_count IS 'Words in the text.';
COMMENT ON COLUMN revisions.content_hash IS 'Hash of the text, see articles.';
COMMENT ON COLUMN revisions.run_id IS 'Run that loaded it, see runs.';
COMMENT ON COLUMN revisions.capture_file IS 'WARC file that holds the page.';
COMMENT ON COLUMN revisions.capture_offset IS 'Offset of its record in the WARC file, in bytes.';

CREATE TABLE matches (
    article_id UUID,
    topic      VARCHAR,
    terms      VARCHAR[],
    in_title   BOOLEAN,
    score      DOUBLE,
    snippet    VARCHAR
);
COMMENT ON TABLE matches IS 'One row per article and topic that matches its current revision.';
COMMENT ON COLUMN matches.article_id IS 'Article, see articles.';
COMMENT ON COLUMN matches.topic IS 'Name of the topic on the watchlist.';
COMMENT ON COLUMN matches.terms IS 'Terms that matched, as written in the article.';
COMMENT ON COLUMN matches.in_title IS 'True if a term is in the title.';
COMMENT ON COLUMN matches.score IS 'Strength of the match; a larger score is a stronger match.';
COMMENT ON COLUMN matches.snippet IS 'The first match with the words around it.';

CREATE TABLE copies (
    article_id    UUID,
    of_article_id UUID,
    story_id      UUID,
    similarity    DOUBLE,
    kind          VARCHAR
);
COMMENT ON TABLE copies IS 'One row per article that copies another: every article of a story except its first.';
COMMENT ON COLUMN copies.article_id IS 'Article that is a copy, see articles.';
COMMENT ON COLUMN copies.of_article_id IS 'First article of the story: the earliest published, else the first seen.';
COMMENT ON COLUMN copies.story_id IS 'Story of both, see stories.';
COMMENT ON COLUMN copies.similarity IS '1.0 for an exact copy.';
COMMENT ON COLUMN copies.kind IS 'exact: some revision has the same words in the same order; near: most of them.';
