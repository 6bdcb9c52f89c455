"""Tests of learning the layout of an outlet."""
