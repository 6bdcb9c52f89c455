CREATE OR REPLACE MACRO search(query) AS TABLE
WITH checked AS (
    -- What is more than words would be taken for words here, and find something else than it says.
    SELECT CASE
        WHEN regexp_matches(query, '["“”„«»「」『』():*?~\\^]|(^|\s)[-+!]|\b(OR|NOT)\b|&&|\|\|') OR query IS NULL
            THEN error('stock DuckDB searches for plain words, all of which an article must have; newslake sql, newslake search and newslake.connect in Python know phrases, OR, NOT, wildcards and title:')
        ELSE query
    END AS words
),
written AS (
    SELECT DISTINCT unnest(regexp_extract_all(
        regexp_replace(words, '\bAND\b', ' ', 'g'),
        '\p{Hangul}+|[\p{Han}\p{Hiragana}\p{Katakana}ー]+|[\p{Latin}\p{M}\p{N}]+(?:[''’][\p{Latin}]+)?|[\p{L}\p{M}]+'
    )) AS word
    FROM checked
),
folded AS (
    -- Accents of Latin letters are dropped, those of Cyrillic make other letters.
    SELECT row_number() OVER (ORDER BY word) AS n, word, CASE
        WHEN regexp_matches(word, '\p{Latin}')
            THEN translate(strip_accents(lower(regexp_replace(word, '[''’]', '', 'g'))), 'łøđðħŧı', 'loddhti')
        ELSE lower(nfc_normalize(word))
    END AS folded_word,
    CASE
        WHEN regexp_matches(word, '\p{Hangul}') THEN 'hangul'
        WHEN regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}]') THEN 'unspaced'
        WHEN regexp_full_match(word, '[A-Z]{2,3}') THEN 'capitals'
        ELSE 'spaced'
    END AS kind
    FROM written
),
-- The terms of a word, as in postings.term: one, or the beginning of some.
terms AS (
    SELECT n, unnest(CASE kind
        WHEN 'capitals' THEN ['^' || folded_word]
        WHEN 'unspaced' THEN list_transform(range(1, length(folded_word)), lambda i: substr(folded_word, i, 2))
        ELSE [folded_word]
    END) AS term
    FROM folded
    WHERE kind IN ('spaced', 'capitals') OR (kind = 'unspaced' AND length(folded_word) > 1)
),
beginnings AS (
    SELECT n, unnest(CASE
        WHEN kind = 'unspaced' OR length(folded_word) = 1 THEN ['']
        WHEN length(folded_word) = 2 THEN ['', '·', '+']
        ELSE ['', '·', '+', '~']
    END) || folded_word AS begins
    FROM folded
    WHERE kind = 'hangul' OR (kind = 'unspaced' AND length(folded_word) = 1)
),
of_terms AS (
    SELECT n, doc, min(tf) AS tf, count(*) AS parts
    FROM (SELECT t.n, p.doc, t.term, p.tf FROM (SELECT DISTINCT n, term FROM terms) AS t JOIN postings AS p USING (term))
    GROUP BY n, doc
),
counted AS (
    SELECT o.n, o.doc, o.tf
    FROM of_terms AS o JOIN (SELECT n, count(DISTINCT term) AS parts FROM terms GROUP BY n) AS wanted
    ON wanted.n = o.n AND wanted.parts = o.parts
    UNION ALL
    SELECT b.n, p.doc, sum(p.tf) AS tf
    FROM beginnings AS b JOIN postings AS p ON starts_with(p.term, b.begins)
    GROUP BY b.n, p.doc
),
-- Of a word of three or more characters without spaces the terms are its pairs, which may stand apart.
checked_counts AS (
    SELECT c.n, c.doc, c.tf, d.article_id, d.length
    FROM counted AS c JOIN docs AS d USING (doc) JOIN folded AS f USING (n)
    WHERE NOT (f.kind = 'unspaced' AND length(f.folded_word) > 2) OR EXISTS (
        SELECT 1 FROM articles AS a
        WHERE a.article_id = d.article_id AND contains(concat(a.title, chr(10), a.text), f.word)
    )
),
sizes AS (SELECT count(*) AS texts, avg(length) AS average FROM docs),
frequencies AS (SELECT n, count(*) AS df FROM checked_counts GROUP BY n),
ranked AS (
    SELECT
        c.article_id, count(*) AS words,
        sum(ln(1 + (s.texts - h.df + 0.5) / (h.df + 0.5)) * c.tf * 2.2 / (c.tf + 1.2 * (0.25 + 0.75 * c.length / s.average))) AS score
    FROM checked_counts AS c JOIN frequencies AS h USING (n), sizes AS s
    GROUP BY c.article_id
)
SELECT
    r.article_id, r.score,
    (
        SELECT substr(a.text, greatest(1, coalesce(list_min(list_filter(
            list_transform((SELECT list(lower(f.word)) FROM folded AS f), lambda w: strpos(lower(a.text), w)), lambda p: p > 0
        )), 1) - 100), 260)
        FROM articles AS a WHERE a.article_id = r.article_id
    ) AS snippet
FROM ranked AS r
WHERE r.words = (SELECT count(*) FROM folded);

COMMENT ON MACRO search IS 'One row per article that a search finds: in the stock command line for plain words, all of which an article must have; in newslake sql, and in Python, for every query of a topic. Example: FROM search(''oil sanctions'') JOIN articles USING (article_id) ORDER BY score DESC';
COMMENT ON PARAMETER search.query IS 'What to search for: in quotes, or any other text.';
COMMENT ON COLUMN search.article_id IS 'The article.';
COMMENT ON COLUMN search.score IS 'How well it matches (BM25); comparable within one search.';
COMMENT ON COLUMN search.snippet IS 'The passage with the words of the search.';
