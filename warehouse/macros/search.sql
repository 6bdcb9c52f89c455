CREATE OR REPLACE MACRO search(query) AS TABLE
-- What newslake folds is folded here as far as SQL can (newslake/words/folding.py); what cannot be told here is refused.
WITH typed AS (
    -- Full-width letters, digits and operators are those of ASCII; what is not seen in print is left out.
    SELECT trim(regexp_replace(regexp_replace(
        translate(query, '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ（）：＆｜！＊～＋－', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz():&|!*~+-'),
        '[\x{AD}\x{34F}\x{61C}\x{640}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FE00}-\x{FE0F}\x{FEFF}\x{E0100}-\x{E01EF}]', '', 'g'), '[\s\x{B}\x{1C}-\x{1F}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+', ' ', 'g')) AS words
),
checked AS (
    -- What is more than words would be taken for words here, and find something else than it says.
    SELECT CASE
        WHEN coalesce(words, '') = '' OR regexp_matches(words, '["“”„‟«»「」『』＂():*?~\\^\[\]{}<>]|(^| )[-+!/'']|(^| )(OR|NOT|TO)( |$)|&&|\|\||(^| )AND( AND|$)|^AND ')
            THEN error('stock DuckDB searches for plain words, all of which an article must have; newslake sql, newslake search and newslake.connect in Python know phrases, OR, NOT, wildcards, title: and tag:')
        ELSE string_split(regexp_replace(words, '(^| )AND( |$)', ' ', 'g'), ' ')
    END AS pieces
    FROM typed
),
written AS (
    SELECT DISTINCT piece, regexp_replace(nfc_normalize(piece), '^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$', '', 'g') AS word
    FROM (SELECT unnest(pieces) AS piece FROM checked)
),
sorted AS (
    SELECT piece, word, CASE
        WHEN length(word) > 200 THEN NULL
        WHEN regexp_full_match(word, '[A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{131}\x{134}-\x{13E}\x{141}-\x{148}\x{14A}-\x{17E}\x{180}-\x{1C3}\x{1CD}-\x{1F0}\x{1F4}-\x{2AF}\x{1E00}-\x{1E99}\x{1E9E}-\x{1EFF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{3CF}\x{3D7}-\x{3EF}\x{1F00}-\x{1F7D}\x{400}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{561}-\x{587}\x{5D0}-\x{5EA}\x{620}-\x{63F}\x{641}-\x{64A}\x{66E}-\x{674}\x{679}-\x{6D3}\x{6D5}\x{6EE}\x{6EF}\x{6FA}-\x{6FC}\x{10A0}-\x{10C5}\x{10D0}-\x{10FA}](\.[A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{131}\x{134}-\x{13E}\x{141}-\x{148}\x{14A}-\x{17E}\x{180}-\x{1C3}\x{1CD}-\x{1F0}\x{1F4}-\x{2AF}\x{1E00}-\x{1E99}\x{1E9E}-\x{1EFF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{3CF}\x{3D7}-\x{3EF}\x{1F00}-\x{1F7D}\x{400}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{561}-\x{587}\x{5D0}-\x{5EA}\x{620}-\x{63F}\x{641}-\x{64A}\x{66E}-\x{674}\x{679}-\x{6D3}\x{6D5}\x{6EE}\x{6EF}\x{6FA}-\x{6FC}\x{10A0}-\x{10C5}\x{10D0}-\x{10FA}])+') THEN 'spaced'
        WHEN regexp_full_match(word, '[0-9A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{131}\x{134}-\x{13E}\x{141}-\x{148}\x{14A}-\x{17E}\x{180}-\x{1C3}\x{1CD}-\x{1F0}\x{1F4}-\x{2AF}\x{1E00}-\x{1E99}\x{1E9E}-\x{1EFF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{3CF}\x{3D7}-\x{3EF}\x{1F00}-\x{1F7D}\x{400}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{561}-\x{587}\x{5D0}-\x{5EA}\x{620}-\x{63F}\x{641}-\x{64A}\x{660}-\x{669}\x{66E}-\x{674}\x{679}-\x{6D3}\x{6D5}\x{6EE}-\x{6FC}\x{10A0}-\x{10C5}\x{10D0}-\x{10FA}](?:[0-9A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{131}\x{134}-\x{13E}\x{141}-\x{148}\x{14A}-\x{17E}\x{180}-\x{1C3}\x{1CD}-\x{1F0}\x{1F4}-\x{2AF}\x{1E00}-\x{1E99}\x{1E9E}-\x{1EFF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{3CF}\x{3D7}-\x{3EF}\x{1F00}-\x{1F7D}\x{400}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{561}-\x{587}\x{5D0}-\x{5EA}\x{620}-\x{63F}\x{641}-\x{64A}\x{660}-\x{669}\x{66E}-\x{674}\x{679}-\x{6D3}\x{6D5}\x{6EE}-\x{6FC}\x{10A0}-\x{10C5}\x{10D0}-\x{10FA}\x{300}-\x{344}\x{346}-\x{36F}\x{591}-\x{5BD}\x{5BF}\x{5C1}\x{5C2}\x{5C4}\x{5C5}\x{5C7}\x{610}-\x{61A}\x{64B}-\x{65F}\x{670}\x{6D6}-\x{6DC}\x{6DF}-\x{6E8}\x{6EA}-\x{6ED}]|[''`´‘’ʹʻʼ′＇׳][0-9A-Za-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{131}\x{134}-\x{13E}\x{141}-\x{148}\x{14A}-\x{17E}\x{180}-\x{1C3}\x{1CD}-\x{1F0}\x{1F4}-\x{2AF}\x{1E00}-\x{1E99}\x{1E9E}-\x{1EFF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{3CF}\x{3D7}-\x{3EF}\x{1F00}-\x{1F7D}\x{400}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{561}-\x{587}\x{5D0}-\x{5EA}\x{620}-\x{63F}\x{641}-\x{64A}\x{660}-\x{669}\x{66E}-\x{674}\x{679}-\x{6D3}\x{6D5}\x{6EE}-\x{6FC}\x{10A0}-\x{10C5}\x{10D0}-\x{10FA}])*') THEN 'spaced'
        WHEN regexp_full_match(word, '[0-9A-Za-z\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Ethiopic}](?:[0-9A-Za-z\p{M}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Ethiopic}])*') THEN 'kept'
        WHEN regexp_full_match(word, '[가-힣]{1,32}|[가-힣](?:[-·・･‧∙•ㆍ][가-힣])+|[가-힣](?:[-·・･‧∙•ㆍ][가-힣])*[-·・･‧∙•ㆍ][가-힣]{2,20}') THEN 'hangul'
        WHEN regexp_full_match(word, '[\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}\x{FF66}-\x{FF9F}](?:[·・･‧∙•ㆍ]?[\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}\x{FF66}-\x{FF9F}\x{3099}\x{309A}])*') THEN 'unspaced'
    END AS script
    FROM written
),
folded AS (
    -- й is not и, so it is put aside while the accents are dropped.
    SELECT row_number() OVER (ORDER BY word) AS n, word, CASE script
        WHEN 'spaced' THEN regexp_replace(replace(replace(replace(replace(replace(translate(
            strip_accents(translate(lower(regexp_replace(word, '[''`´‘’ʹʻʼ′＇׳.]', '', 'g')), 'й', chr(57344))),
            chr(57344) || 'łøđðħŧıςٱىیةک', 'йloddhtiσاييهك'
        ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'և', 'եւ'), '^ال(.{3})', '\1')
        WHEN 'kept' THEN lower(word)
        WHEN 'hangul' THEN regexp_replace(word, '[^가-힣]', '', 'g')
        WHEN 'unspaced' THEN nfc_normalize(replace(replace(translate(
            regexp_replace(word, '[·・･‧∙•ㆍ]', '', 'g'),
            'ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ', 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゙゚'
        ), 'ำ', 'ํา'), 'ຳ', 'ໍາ'))
        ELSE error('stock DuckDB searches for plain words, and ' || piece || ' is none: it is a number with a point, several words in one, or has signs that only newslake folds; newslake sql, newslake search and newslake.connect in Python know it')
    END AS folded_word,
    CASE
        WHEN script IN ('hangul', 'unspaced') THEN script
        WHEN regexp_full_match(replace(piece_letters, '.', ''), '\p{Lu}{2,3}') THEN 'capitals'
        ELSE 'spaced'
    END AS kind
    FROM (SELECT *, regexp_replace(piece, '^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}]+$', '', 'g') AS piece_letters FROM sorted)
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
        WHERE a.article_id = d.article_id AND contains(
            regexp_replace(regexp_replace(nfc_normalize(replace(replace(translate(
                regexp_replace(concat(a.title, chr(10), a.text), '[\x{AD}\x{34F}\x{61C}\x{640}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{206F}\x{FE00}-\x{FE0F}\x{FEFF}\x{E0100}-\x{E01EF}]', '', 'g'),
                'ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ', 'ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゙゚'
            ), 'ำ', 'ํา'), 'ຳ', 'ໍາ')),
                '([\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}])[·・･‧∙•ㆍ]([\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}])', '\1\2', 'g'), '([\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}])[·・･‧∙•ㆍ]([\x{E00}-\x{EFF}\x{1000}-\x{109F}\x{1780}-\x{17FF}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{309E}\x{30A1}-\x{30FA}\x{30FC}-\x{30FE}\x{31F0}-\x{31FF}\x{3400}-\x{4DBF}\x{4E00}-\x{9FFF}\x{F900}-\x{FAFF}\x{20000}-\x{3FFFF}])', '\1\2', 'g'),
            f.folded_word
        )
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
        -- From a space to a space, where there are any.
        SELECT CASE WHEN p.start > 1 THEN '… ' ELSE '' END
            || regexp_replace(regexp_replace(
                substr(p.text, p.start, 260), CASE WHEN p.start > 1 THEN '^\S{0,40}\s+' ELSE '^\s+' END, ''),
                CASE WHEN p.start + 260 <= length(p.text) THEN '\s+\S{0,40}$' ELSE '\s+$' END, '')
            || CASE WHEN p.start + 260 <= length(p.text) THEN ' …' ELSE '' END
        FROM (
            SELECT a.text, greatest(1, coalesce(list_min(list_filter(
                list_transform((SELECT list(f.word) FROM folded AS f), lambda w: strpos(strip_accents(lower(a.text)), strip_accents(lower(w)))),
                lambda found: found > 0
            )), 1) - 100) AS start
            FROM articles AS a WHERE a.article_id = r.article_id
        ) AS p
    ) AS snippet
FROM ranked AS r
WHERE r.words = (SELECT count(*) FROM folded);

COMMENT ON MACRO search IS 'One row per article that a search finds: in the stock command line for plain words, all of which an article must have; in newslake sql, and in Python, for every query of a topic. Example: FROM search(''oil sanctions'') JOIN articles USING (article_id) ORDER BY score DESC';
COMMENT ON PARAMETER search.query IS 'What to search for: in quotes, or any other text.';
COMMENT ON COLUMN search.article_id IS 'The article.';
COMMENT ON COLUMN search.score IS 'How well it matches (BM25); comparable within one search.';
COMMENT ON COLUMN search.snippet IS 'The passage with the words of the search.';
