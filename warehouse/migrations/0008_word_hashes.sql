-- Words are hashed differently since this version. upgrade.py recomputes the fingerprints of all stored texts.

-- What recomputes them writes this column, too; see 0017_stories.sql.
ALTER TABLE fingerprints ADD COLUMN IF NOT EXISTS is_digest BOOLEAN;

DELETE FROM fingerprints;
