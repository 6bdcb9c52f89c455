"""What real outlets publish, as pages written for the purpose, and what must be stored of them."""
