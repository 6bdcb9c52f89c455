"""A sample news site: five fictitious outlets, all articles invented, served on loopback for `newslake demo` and the tests."""
