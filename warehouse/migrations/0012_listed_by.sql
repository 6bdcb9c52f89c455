-- Who listed an address, beside whom it belongs to; and which spellings of an address brought nothing.

ALTER TABLE fetches ADD COLUMN listed_by VARCHAR;
COMMENT ON COLUMN fetches.listed_by IS 'Source whose listing named the URL: its own source if that did, else the first other one that did. Null if no listing named it, and in rows of runs before this column existed.';
COMMENT ON COLUMN fetches.source IS 'Source that the URL belongs to: the one whose site hosts it, whoever listed it; else the one that listed it.';

ALTER TABLE urls ADD COLUMN listed_by VARCHAR;
ALTER TABLE urls ADD COLUMN tried VARCHAR[];
COMMENT ON COLUMN urls.listed_by IS 'Source whose listing named the URL: its own source if that ever did, else the first other one. Null if no listing named it, and for URLs older than this column.';
COMMENT ON COLUMN urls.tried IS 'Spellings of the URL (http or https, with or without index.html) that were fetched without success. A listing that names another one has it fetched. Null if there are none.';
COMMENT ON COLUMN urls.url IS 'The URL as it was first discovered; once it was fetched, as it was last fetched with success.';
COMMENT ON COLUMN urls.source IS 'Source that it belongs to (pages), or that first named it (listings).';

-- Addresses were stored as listings wrote them, some with a user name and a password.
UPDATE fetches SET url = regexp_replace(url, '^(https?:[/\\]+)[^/\\?#]*@', '\1', 'i') WHERE regexp_matches(url, '^https?:[/\\]+[^/\\?#]*@', 'i');
UPDATE urls SET url = regexp_replace(url, '^(https?:[/\\]+)[^/\\?#]*@', '\1', 'i') WHERE regexp_matches(url, '^https?:[/\\]+[^/\\?#]*@', 'i');
UPDATE articles SET raw_url = regexp_replace(raw_url, '^(https?:[/\\]+)[^/\\?#]*@', '\1', 'i') WHERE regexp_matches(raw_url, '^https?:[/\\]+[^/\\?#]*@', 'i');
