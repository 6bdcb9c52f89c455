"""Learn the layout of each outlet from the pages of a run and from what earlier runs learned. Pure."""
