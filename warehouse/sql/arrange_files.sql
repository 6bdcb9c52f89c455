-- How DuckLake writes the files of the search index, and of tables that are read row by row.

-- Postings are sorted, so that a term is in few row groups; of these so many that a file has few, and files so large that few of
-- them hold the index, but that a merge rewrites little. Version 2 of Parquet stores differences of numbers.
ALTER TABLE postings SET SORTED BY (term ASC, doc ASC);
CALL lake.set_option('parquet_version', '2', table_name => 'postings');
CALL lake.set_option('parquet_compression', 'zstd', table_name => 'postings');
CALL lake.set_option('parquet_row_group_size', '262144', table_name => 'postings');
CALL lake.set_option('target_file_size', '256MB', table_name => 'postings');

-- Passages are read by the few: the smallest row groups that DuckDB writes, in files so small that most of them are passed over,
-- because DuckDB looks at each row group of the others.
ALTER TABLE passages SET SORTED BY (doc ASC, part ASC);
CALL lake.set_option('parquet_compression', 'zstd', table_name => 'passages');
CALL lake.set_option('parquet_row_group_size', '2048', table_name => 'passages');
CALL lake.set_option('target_file_size', '32MB', table_name => 'passages');

-- Rows that are read one by one, by the number or the id of an article: DuckDB unpacks a row group to get one of them.
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'docs');
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'articles');
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'revisions');
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'matches');

-- Rows of a few weeks, which each load compares its texts with.
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'fingerprints');

-- Rows that are asked for by their article, wherever it stands.
ALTER TABLE mentions SET SORTED BY (article_id ASC);
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'mentions');
ALTER TABLE urls SET SORTED BY (article_id ASC);
CALL lake.set_option('parquet_row_group_size', '8192', table_name => 'urls');
