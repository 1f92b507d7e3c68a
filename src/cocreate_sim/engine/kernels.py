"""Compiled loops: one decorator, and a cache that cannot serve a stale kernel.

Numba keys its cache on the file of the function alone, so an edit of a called function in another file would
go unnoticed. Here the cache folder carries a hash of all sources of the package: any edit starts a fresh one.
Loops of other packages (extensions) may call anything, so no hash can vouch for them: they are compiled anew in
every process, a second or two each.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
import numpy

__all__ = ["cache_folder", "inlined", "kernel", "registered", "source_hash"]
_PACKAGE = Path(__file__).resolve().parent.parent
_COMPILED = ("engine", "world", "mechanisms", "outcomes")
_KEPT_FOLDERS = 4
registered: list[Any] = []
"""Every compiled function, in the order of definition; `cocreate` counts them when it announces compiling."""


@cache
def source_hash() -> str:
    """Return a short hash of every source file that a compiled loop can depend on."""
    digest = hashlib.sha256(f"{numba.__version__} {numpy.__version__} {platform.python_version()}".encode())
    for folder in _COMPILED:
        for path in sorted((_PACKAGE / folder).rglob("*.py")):
            digest.update(path.relative_to(_PACKAGE).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """Return the folder of compiled loops for exactly these sources, or None where nothing can be written; drops older ones."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = Path(os.environ.get("COCREATE_CACHE_DIR") or Path(home) / "cocreate-sim")
    folder = root / f"kernels-{source_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        siblings = sorted(root.glob("kernels-*"), key=lambda p: p.stat().st_mtime, reverse=True)
        for stale in [p for p in siblings if p != folder][_KEPT_FOLDERS:]:
            shutil.rmtree(stale, ignore_errors=True)
    except OSError:  # a read-only home: kernels are then compiled in memory, every time
        return None
    return folder if os.access(folder, os.W_OK) else None


if TYPE_CHECKING:  # compiled loops take their types from the arrays they are given
    from typing import no_type_check as inlined
    from typing import no_type_check as kernel
else:

    def kernel(function: Callable[..., Any]) -> Any:
        """Compile a loop over columns; results do not depend on fast maths or on the number of threads.

        Kernels borrow the arrays they are given and allocate none: without reference counting (Numba's run-time) they
        compile in a third less time. What needs scratch space is handed an array.

        Parameters
        ----------
        function
            A loop over arrays, numbers and named tuples, without globals that change.

        Returns
        -------
        Callable
            The same function, compiled on its first call and kept on disk under a hash of our sources.
        """
        folder = cache_folder()
        previous = numba.config.CACHE_DIR  # type: ignore[attr-defined]
        numba.config.CACHE_DIR = str(folder or "")  # type: ignore[attr-defined]
        try:
            ours = Path(function.__code__.co_filename).resolve().is_relative_to(_PACKAGE)
            options: dict[str, Any] = {"cache": ours and folder is not None, "error_model": "numpy", "nogil": True, "_nrt": False}
            compiled = numba.njit(**options)(function)
        finally:
            numba.config.CACHE_DIR = previous  # type: ignore[attr-defined]
        registered.append(compiled)
        return compiled

    def inlined(function: Callable[..., Any]) -> Any:
        """Make a helper part of every loop that calls it, so that the processor may take several rounds of a loop at once."""
        return numba.njit(inline="always", error_model="numpy", _nrt=False)(function)
