-- Six names for each article of a made corpus, of 200,000 in all; the n-th most frequent is in about 1/n as many articles as the first.
INSERT INTO mentions BY NAME
SELECT DISTINCT
    article_id,
    ['person', 'organisation', 'place', 'vessel'][1 + number % 4] AS kind,
    'Name ' || number AS name,
    false AS in_title,
    1 AS times,
    1 AS position,
    CAST([] AS VARCHAR[]) AS forms,
    'text' AS found_by
FROM (
    SELECT article_id, CAST(floor(pow(200000, hash(article_id, nth) % 1000000 / 1e6)) AS INTEGER) AS number
    FROM articles, range(6) AS t(nth)
);
