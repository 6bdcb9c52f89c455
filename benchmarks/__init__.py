"""Side-by-side measurements, one command each: `python benchmarks/NAME.py [--json FILE] [--corpus DIR]`."""
