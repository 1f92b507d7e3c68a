"""How Sphinx builds the site: `make docs` writes the reference pages, then this, strictly and without a network."""

from __future__ import annotations

from cocreate_sim import __version__

project = "cocreate-sim"
author = "cocreate-sim contributors"
copyright = "cocreate-sim contributors, MIT licence"
version = release = __version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "_made", "reasons", "odd"]
nitpicky = False
suppress_warnings = ["mystnb.unknown_mime_type"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_merge_streams = True

autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"cocreate-sim {__version__}"
html_static_path: list[str] = []
html_show_sourcelink = False
html_copy_source = False
