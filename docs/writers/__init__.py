"""What writes the reference pages from the code: one module per kind of page, called by `docs/generate.py`."""
