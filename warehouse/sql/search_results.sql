-- Results of searches, as long as the connection lives. The macro takes the place of the one that the warehouse has for stock
-- DuckDB, which knows plain words only.
CREATE TEMP TABLE IF NOT EXISTS search_asked (asked VARCHAR);
CREATE TEMP TABLE IF NOT EXISTS search_hits (asked VARCHAR, article_id UUID, score DOUBLE, snippet VARCHAR);
CREATE OR REPLACE TEMP MACRO search(query) AS TABLE
    SELECT hits.article_id, hits.score, hits.snippet
    FROM (SELECT count(*) FILTER (asked = query) AS known FROM temp.search_asked) AS call
    LEFT JOIN temp.search_hits AS hits ON hits.asked = query
    WHERE CASE
        WHEN call.known > 0 THEN hits.article_id IS NOT NULL
        ELSE error('search() needs its query as text in quotes: search(''oil AND sanctions'')')
    END;
