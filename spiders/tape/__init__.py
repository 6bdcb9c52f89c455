"""Tapes: everything that a crawl was answered, in a folder, and the same crawl again from that folder, without any network."""
