-- What is quoted in the current text of each article, and who says it: found when the text is loaded, as SQL could not.

CREATE TABLE IF NOT EXISTS quoted (
    article_id UUID,
    positions  BIGINT[],
    quotations VARCHAR[],
    speakers   VARCHAR[]
);
COMMENT ON TABLE quoted IS 'One row per article of which the current text was searched for quotations. The view quotations has a row for each of them. What an older newslake loaded gets its row with newslake maintain.';
COMMENT ON COLUMN quoted.article_id IS 'Article, see articles.';
COMMENT ON COLUMN quoted.positions IS 'Offset of each quotation in the text, from 1.';
COMMENT ON COLUMN quoted.quotations IS 'The quotations, in order; empty if there are none.';
COMMENT ON COLUMN quoted.speakers IS 'Who says each of them; null where the text does not show it.';
