"""Find reports of one event in articles of any languages, by names, numbers, places and meaning. Pure."""
