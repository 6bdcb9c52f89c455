-- Articles of each topic by day of publication (UTC), as the view timeline counts them.
SELECT topic, day, articles
FROM timeline
WHERE day BETWEEN $first::DATE AND $last::DATE
ORDER BY topic, day;
