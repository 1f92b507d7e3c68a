"""How Sphinx builds the site: `make docs` writes the reference pages, then this, strictly and without a network."""

from __future__ import annotations

import re

from sphinx.application import Sphinx

from cocreate_sim import __version__

project = "cocreate-sim"
author = "cocreate-sim contributors"
copyright = "cocreate-sim contributors, MIT licence"
version = release = __version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

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


def _outside(app: Sphinx, name: str, content: list[str]) -> None:
    """Show links that leave docs/ as what they are, places in the checkout: the site stands alone."""
    outside = r"\[([^\]]+)\]\((?:\.\./)+((?:src|configs|tests|examples|experiments|benchmarks)/[^)]*|[A-Z]\w+(?:\.zh)?\.md)\)"
    content[0] = re.sub(outside, _placed, content[0])


def _placed(link: re.Match[str]) -> str:
    text, place = link[1], link[2].rstrip("/")
    return text if text.strip("`") == place else f"{text} (`{place}`)"


def setup(app: Sphinx) -> dict[str, bool]:
    """Hang this into the build."""
    app.connect("source-read", _outside)
    return {"parallel_read_safe": True}
