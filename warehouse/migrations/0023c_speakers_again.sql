-- Speakers were taken from inside the next quotation. Articles with one are searched again by newslake maintain.
DELETE FROM quoted WHERE list_count(speakers) > 0;
