-- needs: window_texts
-- Pairs of texts that may be copies, because their sketches share enough hashes: two fifths of the minimum that copies share on
-- average. For that minimum, half of the shorter text is in the longer one, or nearly all of it where it is a small part of that;
-- the sketch of the longer one has $least hashes or one in $one_in.
WITH texts AS MATERIALIZED (
    SELECT min(rowid) AS number, content_hash, bool_or(in_batch) AS in_batch, any_value(shingles) AS shingles
    FROM window_texts
    WHERE word_count >= $words
    GROUP BY content_hash
),
-- Of the millions of hashes in a window, only those of the batch are compared.
asked AS (SELECT DISTINCT unnest(sketch) AS hash FROM window_texts WHERE in_batch AND word_count >= $words),
hashes AS MATERIALIZED (
    SELECT number, hash
    FROM (SELECT rowid AS number, unnest(sketch) AS hash FROM window_texts WHERE rowid IN (SELECT number FROM texts))
    SEMI JOIN asked USING (hash)
),
-- A shingle in too many texts is a common phrase: it does not indicate a copy, and would pair all texts with each other.
telling AS (SELECT hash FROM hashes GROUP BY hash HAVING count(*) BETWEEN 2 AND $common),
told AS MATERIALIZED (SELECT texts.*, hash FROM hashes SEMI JOIN telling USING (hash) JOIN texts USING (number))
SELECT one.content_hash AS one, other.content_hash AS other, count(*) AS shared
FROM told AS one JOIN told AS other USING (hash)
WHERE one.in_batch AND (NOT other.in_batch OR one.content_hash < other.content_hash)
GROUP BY one.content_hash, other.content_hash, one.shingles, other.shingles
HAVING count(*) >= 2 AND count(*) >= 0.4 * least(one.shingles, other.shingles)
    * if(least(one.shingles, other.shingles) < $of_the_longer * greatest(one.shingles, other.shingles), $whole, $contained)
    * least(1.0, greatest(1.0 / $one_in, $least / greatest(one.shingles, other.shingles)))
ORDER BY shared DESC, one, other;
