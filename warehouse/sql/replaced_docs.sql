-- How many earlier texts the search index holds, and how many current ones. Passages are few and in the order of their texts.
SELECT (SELECT count(DISTINCT doc) FROM passages ANTI JOIN docs USING (doc)), (SELECT count(*) FROM docs);
