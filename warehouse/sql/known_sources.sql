-- The sources of all articles, with their tags on the watchlist; none where it has none, or a warehouse does not know it.
SELECT a.source, coalesce(any_value(s.tags), [])
FROM (SELECT DISTINCT source FROM articles) AS a LEFT JOIN sources AS s USING (source)
GROUP BY a.source
ORDER BY a.source
