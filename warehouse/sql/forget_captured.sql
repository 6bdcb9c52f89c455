-- needs: forgotten_places
-- Rows of listings whose captures were removed, because they name what is forgotten, point to none.
UPDATE fetches SET capture_file = NULL, capture_offset = NULL
WHERE capture_offset IS NOT NULL AND (capture_file, capture_offset) IN (SELECT (file, place) FROM forgotten_places)
