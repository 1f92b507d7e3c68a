"""The formulas that the model must reduce to, checked by running the shipped model with settings alone.

``catalogue.FORMULAS`` holds them; each has cases, and each case gives rows: formula, parameters, expected, simulated, standard
error, verdict. ``cocreate validate`` prints them, ``tests/limits`` asserts them.
"""
