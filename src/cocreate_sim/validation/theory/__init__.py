"""The theory: formulas written from their sources, independent of the model; where a limit does not exist they say so.

Every function refuses parameters for which its formula has no meaning (:class:`ConfigError`), instead of returning a number.
"""
