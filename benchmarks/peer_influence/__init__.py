"""One small model in several frameworks: see README.md."""
