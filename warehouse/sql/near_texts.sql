-- needs: window_texts
-- Pairs of texts that may be copies: they share hashes of their sketches, at least two fifths of the fewest that copies share
-- (half of the shorter text is in the longer one; of the longer one $least hashes or a share of one in $one_in are in the sketch).
WITH texts AS (
    SELECT content_hash, bool_or(in_batch) AS in_batch, any_value(shingles) AS shingles, any_value(sketch) AS sketch
    FROM window_texts
    WHERE word_count >= $words
    GROUP BY content_hash
),
hashes AS (SELECT content_hash, in_batch, shingles, unnest(sketch) AS hash FROM texts),
-- a run of words that so many texts have is a phrase of the trade: it says nothing of copies, and pairs all with all
telling AS (SELECT hash FROM hashes GROUP BY hash HAVING count(*) BETWEEN 2 AND $common AND bool_or(in_batch)),
told AS (SELECT hashes.* FROM hashes SEMI JOIN telling USING (hash))
SELECT one.content_hash AS one, other.content_hash AS other, count(*) AS shared
FROM told AS one JOIN told AS other USING (hash)
WHERE one.in_batch AND (NOT other.in_batch OR one.content_hash < other.content_hash)
    AND least(one.shingles, other.shingles) >= $of_the_longer * greatest(one.shingles, other.shingles)
GROUP BY one.content_hash, other.content_hash, one.shingles, other.shingles
HAVING count(*) >= 2 AND count(*) >= 0.4 * $contained * least(one.shingles, other.shingles)
    * least(1.0, greatest(1.0 / $one_in, $least / greatest(one.shingles, other.shingles)))
ORDER BY shared DESC, one, other;
