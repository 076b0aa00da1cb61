"""What the program costs: ``python -m tests.bench``. Prints tables; no figure here is asserted by a test."""
