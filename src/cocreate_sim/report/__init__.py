"""Reports: figures and sentences made from a study's tables on disk; never from the model."""
