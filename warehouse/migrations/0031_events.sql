-- Reports of one event in any languages: what of each article is compared, which pairs are alike, and the events made of them.

CREATE TABLE IF NOT EXISTS events (
    event_id   UUID,
    article_id UUID,
    story_id   UUID,
    score      DOUBLE
);
COMMENT ON TABLE events IS 'One row per article that reports an event of which other stories tell, too, in any language. A proposal by likeness: names, numbers, places and meaning. Stories are never merged by it.';
COMMENT ON COLUMN events.event_id IS 'The event: the story_id of its earliest report. It changes if an earlier report is found.';
COMMENT ON COLUMN events.article_id IS 'Article, see articles. All copies of a story have its event.';
COMMENT ON COLUMN events.story_id IS 'Its story. An event has two or more.';
COMMENT ON COLUMN events.score IS 'From 0 to 1: how likely its story reports the same event as the other stories, on the average.';

CREATE TABLE IF NOT EXISTS event_profiles (
    article_id   UUID,
    dated_at     TIMESTAMPTZ,
    content_hash VARCHAR,
    rules        INTEGER,
    is_encoded   BOOLEAN,
    language     VARCHAR,
    sounds       VARCHAR[],
    places       VARCHAR[],
    numbers      VARCHAR[],
    title_words  VARCHAR[],
    words        VARCHAR[],
    title_vector BLOB,
    vector       BLOB
);
COMMENT ON TABLE event_profiles IS 'One row per article that no other one was copied from: what of it is compared to find reports of one event. For newslake itself.';
COMMENT ON COLUMN event_profiles.article_id IS 'Article, see articles. The first of its story.';
COMMENT ON COLUMN event_profiles.dated_at IS 'When it was published, or first fetched if that is unknown.';
COMMENT ON COLUMN event_profiles.content_hash IS 'Its text that was read.';
COMMENT ON COLUMN event_profiles.rules IS 'Version of the rules by which it was read. Newer rules read it again with newslake maintain.';
COMMENT ON COLUMN event_profiles.is_encoded IS 'Whether it has vectors, for which newslake[events] must be installed.';
COMMENT ON COLUMN event_profiles.language IS 'Language of the article, as compared.';
COMMENT ON COLUMN event_profiles.sounds IS 'What may be names in it, by their sound; several ways to read a word are separated by a bar.';
COMMENT ON COLUMN event_profiles.places IS 'Countries (ISO 3166) and other places that it names.';
COMMENT ON COLUMN event_profiles.numbers IS 'Its numbers, each as a value, whatever the language; two numbers with a colon are a result.';
COMMENT ON COLUMN event_profiles.title_words IS 'Beginnings of the words of its title.';
COMMENT ON COLUMN event_profiles.words IS 'Beginnings of the words of its title and of the beginning of its text.';
COMMENT ON COLUMN event_profiles.title_vector IS 'Meaning of its title, 512 signed bytes; null without the encoder.';
COMMENT ON COLUMN event_profiles.vector IS 'Meaning of its title and the beginning of its text.';

CREATE TABLE IF NOT EXISTS event_links (
    article_id UUID,
    other_id   UUID,
    dated_at   TIMESTAMPTZ,
    odds       DOUBLE
);
COMMENT ON TABLE event_links IS 'One row per pair of articles of different stories that were compared and are not wholly unlike. Events are made of them. For newslake itself.';
COMMENT ON COLUMN event_links.article_id IS 'Article, see articles.';
COMMENT ON COLUMN event_links.other_id IS 'The other one; the greater of the two ids.';
COMMENT ON COLUMN event_links.dated_at IS 'When the earlier of the two is dated.';
COMMENT ON COLUMN event_links.odds IS 'Logarithm of the odds that both report one event: above 0 it is more likely than not.';
