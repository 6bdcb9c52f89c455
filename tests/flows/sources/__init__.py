"""Sites with the structure of real outlets, in words of our own: what makes home pages, listings and articles hard to read."""
