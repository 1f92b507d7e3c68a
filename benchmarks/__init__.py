"""Speed and memory, measured: see run.py."""
