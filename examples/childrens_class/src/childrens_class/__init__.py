"""A children's class in the summer holidays: a mechanism for cocreate-sim, once over agents and once over columns."""
