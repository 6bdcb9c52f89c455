"""Fetch single addresses that a user gives, as a collection of their own."""
