-- Words are hashed differently since this version. upgrade.py recomputes the fingerprints of all stored texts.

DELETE FROM fingerprints;
