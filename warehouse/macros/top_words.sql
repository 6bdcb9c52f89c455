CREATE OR REPLACE MACRO top_words(of_topic := '', among := '', since := '-infinity') AS TABLE
WITH checked AS (
    SELECT CASE
        WHEN of_topic = '' OR EXISTS (FROM matches AS m WHERE m.topic = of_topic) THEN true
        WHEN EXISTS (FROM searches AS s WHERE s.name = of_topic) THEN error(concat(
            of_topic, ' is a saved search, and no topic. Next: among := (SELECT list(article_id) FROM search(''',
            (SELECT replace(s.query, '''', '''''') FROM searches AS s WHERE s.name = of_topic), '''))'
        ))
        ELSE error(concat(
            'no article matches a topic of the name ', of_topic, '. Topics with articles: ',
            coalesce((SELECT string_agg(DISTINCT m.topic, ', ' ORDER BY m.topic) FROM matches AS m), 'none')
        ))
    END AS is_known
),
chosen AS (
    SELECT m.article_id FROM matches AS m WHERE m.topic = of_topic AND m.current
    UNION
    SELECT unnest(TRY_CAST(among AS UUID[]))
    UNION
    SELECT a.article_id FROM articles AS a
    WHERE of_topic = '' AND CASE WHEN typeof(among) = 'VARCHAR' THEN CAST(among AS VARCHAR) = '' ELSE false END
),
titles AS (
    SELECT a.article_id, lower(a.title) AS title
    FROM articles AS a SEMI JOIN chosen AS c USING (article_id)
    WHERE (SELECT k.is_known FROM checked AS k) AND coalesce(a.published_at, a.first_seen_at) >= CAST(since AS TIMESTAMPTZ)
),
-- Runs of Chinese characters and of katakana are words; hiragana stands between them. Other scripts have spaces.
written AS (
    SELECT
        t.article_id,
        unnest(list_distinct(regexp_extract_all(
            t.title,
            '[\p{Han}々]{2,8}|[\p{Katakana}ー]{2,}|[\p{Hangul}]{2,}|[\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{M}][\p{Latin}\p{Cyrillic}\p{Greek}\p{Arabic}\p{Hebrew}\p{M}\p{N}]+(?:[''’-][\p{Latin}\p{Cyrillic}\p{M}\p{N}]+)*'
        ))) AS word
    FROM titles AS t
),
-- Korean particles that end no noun, and the possessive of English.
bare AS (
    SELECT
        w.article_id,
        regexp_replace(regexp_replace(w.word, '^(\p{Hangul}{2,})(?:에서는|에서|에게|으로|까지|부터|는|은|를|을)$', '\1'), '[''’]s$', '') AS word
    FROM written AS w
),
numbers AS (SELECT b.word, count(DISTINCT b.article_id) AS articles FROM bare AS b GROUP BY b.word)
SELECT n.word, n.articles, round(n.articles / (SELECT count(*) FROM titles), 4) AS share
FROM numbers AS n
WHERE len(n.word) > 1 AND n.word NOT IN (
        'a', 'about', 'after', 'against', 'al', 'all', 'alla', 'als', 'also', 'am', 'amid', 'an', 'and', 'ao', 'après', 'após',
        'are', 'as', 'at', 'au', 'auch', 'auf', 'aus', 'aux', 'avant', 'avec', 'back', 'be', 'been', 'before', 'bei',
        'between', 'but', 'by', 'can', 'ce', 'ces', 'cette', 'che', 'com', 'come', 'como', 'con', 'could', 'd', 'da', 'dal',
        'dans', 'das', 'dass', 'day', 'days', 'de', 'dei', 'del', 'della', 'delle', 'dem', 'den', 'der', 'des', 'di', 'die',
        'do', 'dopo', 'dos', 'down', 'du', 'during', 'e', 'ein', 'eine', 'einem', 'einen', 'einer', 'el', 'elle', 'em', 'en',
        'entre', 'er', 'es', 'est', 'et', 'first', 'foi', 'for', 'from', 'fue', 'für', 'get', 'gets', 'gli', 'ha', 'haben',
        'had', 'han', 'has', 'hat', 'have', 'he', 'her', 'his', 'how', 'i', 'if', 'il', 'ils', 'im', 'in', 'into', 'is', 'ist',
        'it', 'its', 'just', 'l', 'la', 'las', 'last', 'le', 'les', 'leur', 'leurs', 'lo', 'los', 'mais', 'make', 'makes',
        'may', 'mit', 'more', 'most', 'más', 'na', 'nach', 'nas', 'ne', 'nel', 'nella', 'new', 'nicht', 'no', 'non', 'nos',
        'not', 'now', 'não', 'o', 'oder', 'of', 'off', 'on', 'one', 'ont', 'or', 'os', 'other', 'ou', 'our', 'out', 'over',
        'par', 'para', 'pas', 'per', 'più', 'plus', 'por', 'pour', 'que', 'qui', 'quoi', 'sa', 'said', 'sans', 'say', 'says',
        'se', 'según', 'selon', 'sem', 'ses', 'set', 'sets', 'she', 'si', 'sich', 'sie', 'sin', 'sind', 'sobre', 'some', 'son',
        'sono', 'sont', 'still', 'su', 'sur', 'sus', 'são', 'than', 'that', 'the', 'their', 'these', 'they', 'this', 'those',
        'to', 'tras', 'two', 'um', 'uma', 'un', 'una', 'und', 'under', 'une', 'unter', 'up', 'us', 'via', 'von', 'vor', 'war',
        'was', 'we', 'week', 'werden', 'were', 'what', 'when', 'where', 'which', 'while', 'who', 'why', 'wie', 'will', 'wir',
        'wird', 'with', 'would', 'y', 'year', 'years', 'you', 'your', 'zu', 'zum', 'zur', 'à', 'è', 'é', 'été', 'über', 'а',
        'або', 'але', 'без', 'був', 'була', 'були', 'был', 'была', 'были', 'быть', 'в', 'вже', 'во', 'все', 'всех', 'всі',
        'від', 'года', 'году', 'для', 'до', 'его', 'ее', 'еще', 'же', 'з', 'за', 'зі', 'и', 'из', 'или', 'их', 'й', 'його',
        'к', 'как', 'ко', 'которые', 'который', 'которых', 'лет', 'между', 'может', 'між', 'на', 'над', 'не', 'но', 'о', 'об',
        'от', 'перед', 'по', 'под', 'после', 'при', 'про', 'під', 'після', 'с', 'со', 'та', 'также', 'також', 'том', 'у',
        'уже', 'це', 'через', 'что', 'чтобы', 'ще', 'що', 'это', 'этом', 'як', 'і', 'із', 'їх', 'її', '것', '관련', '내일', '년',
        '대한', '대해', '더', '등', '따라', '또', '및', '수', '어제', '없다', '오늘', '올해', '월', '위한', '위해', '이번', '일', '있다', '전', '중', '지난',
        '첫', '통해', '후'
    )
ORDER BY n.articles DESC, n.word;

COMMENT ON MACRO top_words IS 'One row per word in the headlines of a topic, of a list of articles, or, without both, of all articles; most articles first. Words that only join others, such as the and 및, are left out. Example: FROM top_words(''sanctions'', since := now() - INTERVAL 7 DAY) LIMIT 20';
COMMENT ON PARAMETER top_words.of_topic IS 'Name of a topic: the articles that it selects now. One that no article matches is an error, which lists the others.';
COMMENT ON PARAMETER top_words.among IS 'A list of article_id, such as the result of a query: among := (SELECT list(article_id) FROM articles WHERE …).';
COMMENT ON PARAMETER top_words.since IS 'Only articles published (or, if that is unknown, first fetched) then or later; all if not given.';
COMMENT ON COLUMN top_words.word IS 'The word, in lower case; a Korean one without its particle where that can be told, a run of characters in Chinese and Japanese.';
COMMENT ON COLUMN top_words.articles IS 'Number of articles with the word in their headline.';
COMMENT ON COLUMN top_words.share IS 'Share of all these articles, from 0 to 1.';
