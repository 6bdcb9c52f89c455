-- Until when servers asked to be left alone, so that later runs obey, too.

ALTER TABLE fetches ADD COLUMN retry_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE fetches ADD COLUMN retry_host VARCHAR;
COMMENT ON COLUMN fetches.retry_at IS 'Until when the server asked to be left alone (Retry-After), at most 7 days ahead; runs before that ask it for nothing. Null if it did not ask.';
COMMENT ON COLUMN fetches.retry_host IS 'The server that asked for it: host, and port unless it is the usual one. After a redirect it is not that of the URL.';
