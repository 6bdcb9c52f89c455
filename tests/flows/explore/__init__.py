"""Tests of the explorer: pages over HTTP from a server on loopback, and in a real browser."""
