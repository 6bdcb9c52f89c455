"""Tests of names: found in texts, and compared with lists."""
