CREATE OR REPLACE VIEW quotations AS
SELECT
    q.article_id, a.source, a.url, a.published_at, a.language,
    unnest(q.positions) AS position, unnest(q.speakers) AS speaker, unnest(q.quotations) AS quotation
FROM quoted AS q JOIN articles AS a USING (article_id);

COMMENT ON VIEW quotations IS 'One row per quotation in the current text of an article. Words in quotation marks count if the words beside them show that somebody says them, or if they are at least six (fifteen characters in Chinese, Japanese and Korean). Titles, names and words in doubt are left out.';
COMMENT ON COLUMN quotations.article_id IS 'Article, see articles.';
COMMENT ON COLUMN quotations.source IS 'Its outlet.';
COMMENT ON COLUMN quotations.url IS 'Its address.';
COMMENT ON COLUMN quotations.published_at IS 'When it was published.';
COMMENT ON COLUMN quotations.language IS 'Its language, as an ISO 639 code. Speakers are found in en, ru, uk, de, fr, es, pt, it, ko, ja and zh.';
COMMENT ON COLUMN quotations.position IS 'Offset of the quotation in articles.text, from 1, as substr counts.';
COMMENT ON COLUMN quotations.speaker IS 'Who says it, as the words beside it name them, without title where that can be told. Null if they name nobody, or only as he or she.';
COMMENT ON COLUMN quotations.quotation IS 'The words, without quotation marks. A quotation over several paragraphs has a row for each.';
