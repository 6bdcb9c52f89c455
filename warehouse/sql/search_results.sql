-- The macro that takes the place of the warehouse's own, which is for stock DuckDB and knows plain words only. It asks newslake
-- whenever it is used. Snippets are a function of their own, so that DuckDB makes those that a statement reads, and no others.
CREATE OR REPLACE TEMP MACRO search(query) AS TABLE
    SELECT docs.article_id, hit.score, newslake_snippet({number}, hit.asked, hit.state, hit.doc) AS snippet
    FROM (
        SELECT asked, state, found.doc, found.score
        FROM (
            SELECT asked, state, unnest(CASE WHEN answer.problem IS NULL THEN answer.hits ELSE error(answer.problem) END) AS found
            FROM (
                SELECT asked, state, newslake_found({number}, asked, state) AS answer
                FROM (SELECT query::VARCHAR AS asked, {state}::BIGINT AS state) AS call
            ) AS answered
        ) AS every
    ) AS hit JOIN {docs} AS docs ON docs.doc = hit.doc;
