"""The labelled set of names as lists and as news write them."""
