"""Tests of spiders.cookies."""
