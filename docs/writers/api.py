"""The page of the public API: the list with its rule, and the docstrings that Sphinx puts in."""

from __future__ import annotations

import inspect

from .public import PUBLIC, found
from .tables import NOTE

RULE = """\
What stands on this page is public: a program may rest on it. Everything else, importable as it is, may change with any version.

**The rule.** Versions follow semantic versioning. A public name, a parameter, a column of a results table, a setting or a
command that is to go is first named under *Deprecated* in the change log and warns (`DeprecationWarning`, which says what takes
its place) for at least one minor version; it goes no sooner than the next minor version after that. Below 1.0 a minor version
may change results for the same settings and seed; the change log says so under *Changed results*. A name is added to this list
in the change that makes it public, and a test sees to it that each has a docstring with its parameters, what it returns, and
the errors it raises.

**Python and platforms.** Python 3.11, 3.12 and 3.13. Tested on Linux (x86-64), where results are the same digit by digit with
the pinned packages. macOS and Windows are expected to work and are not tested: all dependencies have wheels for them, paths and
processes are handled without assumptions of Linux but for Slurm and the locks of `make`, and numbers may differ in the last
digits, since the mathematical library is another one; `cocreate reproduce` then compares within a tolerance. On Windows use WSL
for `make`.
"""


def _first_line(name: str) -> str:
    return (inspect.getdoc(found(name)) or "").partition("\n")[0].replace("|", "\\|")


def _directive(name: str) -> str:
    thing, place = found(name), name.replace(":", ".")
    if not inspect.isclass(thing):
        return f".. autofunction:: {place}\n"
    shown = "" if issubclass(thing, BaseException) or place.startswith("cocreate_sim.agents") else "   :members:\n"
    return f".. autoclass:: {place}\n{shown}"


def page() -> str:
    """The page."""
    parts = []
    for group in PUBLIC:
        rows = "\n".join(f"| `{name.replace(':', '.')}` | {_first_line(name)} |" for name in group.names)
        directives = "\n".join(_directive(name) for name in group.names)
        parts.append(
            f"## {group.title}\n\n{group.about}\n\n| name | what it is |\n| --- | --- |\n{rows}\n\n"
            f"```{{eval-rst}}\n{directives}```"
        )
    return f"# The public API\n\n{NOTE}{RULE}\n" + "\n\n".join(parts) + "\n"
