"""Build the source archive, from it the wheel, install each of the two alone, and use it from another folder.

``python tests/packaging/check_wheel.py PYTHON``, where PYTHON is the interpreter of an environment that holds the pinned
runtime packages and nothing else; `make wheel` prepares one. Exit code 0 and a last line ``wheel: passed`` when all is well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
BUILD_TOOLS = ("editables", "hatchling", "setuptools", "wheel")
PIP = ("pip", "-qq", "--disable-pip-version-check")
TINY = ("world=tiny", "run.weeks=2", "run.burn_in_weeks=1", "run.seed=3")


def call(*words: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    """Run a command without this checkout on its path; show everything it said when it fails."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")} | variables
    done = subprocess.run([str(w) for w in words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"wheel: failed: {' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def require(holds: bool, message: str) -> None:
    """Stop with what is wrong."""
    if not holds:
        raise SystemExit(f"wheel: failed: {message}")


def unmet(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> list[str]:
    """List what a package and all it needs ask for and this environment lacks; unlike `pip check`, extras count."""
    if (name, extras) in seen:
        return []
    seen.add((name, extras))
    missing = []
    for text in metadata.requires(name) or []:
        need = Requirement(text)
        if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            continue
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            missing.append(f"{name} needs {need.name}, which is not pinned")
            continue
        if not need.specifier.contains(version, prereleases=True):
            missing.append(f"{name} needs {need.name}{need.specifier}, pinned is {version}")
        missing += unmet(need.name, frozenset(need.extras), seen)
    return missing


def build(folder: Path) -> tuple[Path, Path]:
    """Build the source archive from the checkout, and the wheel from that archive alone."""
    call(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    (source,) = folder.glob("*.tar.gz")
    call(sys.executable, "-m", *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source)
    (wheel,) = folder.glob("*.whl")
    return source, wheel


def check_contents(source: Path, wheel: Path) -> None:
    """See that the archives hold what they should: all configs and code, the marker of types, the licence, and no more."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        held = {n: archive.read(n) for n in names}
    for folder, inside in (("configs", "cocreate_sim/configs"), ("src/cocreate_sim", "cocreate_sim")):
        for path in (p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix in (".py", ".yaml", ".typed")):
            name = f"{inside}/{path.relative_to(ROOT / folder).as_posix()}"
            require(held.get(name) == path.read_bytes(), f"{name} is not in the wheel as it is in the checkout")
    require("cocreate_sim/py.typed" in names, "py.typed is not in the wheel")
    require(any(n.endswith("/licenses/LICENSE") for n in names), "the licence is not in the wheel")
    strangers = {PurePosixPath(n).parts[0] for n in names if ".dist-info/" not in n} - {"cocreate_sim"}
    require(not strangers, f"the wheel installs more than cocreate_sim: {', '.join(sorted(strangers))}")
    with tarfile.open(source) as archive:
        packed = {PurePosixPath(*PurePosixPath(n).parts[1:]).as_posix() for n in archive.getnames()}
    for name in ("README.md", "LICENSE", "CITATION.cff", "Makefile", "examples/childrens_class/pyproject.toml", "configs/config.yaml", "tests/conftest.py",
                 "docs/conf.py", "README.zh.md", "docs/tutorials/notebook.ipynb"):
        require(name in packed, f"{name} is not in the source archive")


def check_version(wheel: Path) -> None:
    """See that the version stands the same in the code, the citation and the change log."""
    version = wheel.name.split("-")[1]
    for name, line in (("CITATION.cff", f"\nversion: {version}\n"), ("CHANGELOG.md", f"\n## [{version}]")):
        require(line in (ROOT / name).read_text("utf-8"), f"{name} has no line that begins with {line.strip()}")


def check_use(python: Path, archive: Path, folder: Path, **variables: str) -> None:
    """Install one of the two archives alone, and describe and run a tiny world where the checkout is out of sight."""
    call(python, "-m", *PIP, "install", "--no-deps", "--no-compile", "--no-build-isolation", "--force-reinstall", archive)
    call(python, "-m", *PIP, "check")
    elsewhere = folder / f"elsewhere-{archive.suffix[1:]}"
    elsewhere.mkdir()
    cocreate = python.parent / "cocreate"
    place = call(python, "-c", "import cocreate_sim; print(cocreate_sim.__file__)", cwd=elsewhere)
    require(str(python.parent.parent) in place, f"the package that is used is not the installed one: {place}")
    version = call(cocreate, "--version", cwd=elsewhere).strip()
    require(version.split()[-1] in archive.name, f"{archive.name} installs {version}")
    json.loads(call(cocreate, "describe", "world=tiny", "--json", cwd=elsewhere))
    rows = json.loads(call(cocreate, "describe", "article", "--json", cwd=elsewhere))["rows"]
    require(len(rows) == 81, f"{archive.name} knows {len(rows)} rows of the article instead of 81")
    call(cocreate, "run", *TINY, "out=run", "--quiet", cwd=elsewhere, **variables)
    for name in ("manifest.json", "runs.parquet", "summary.txt"):
        require((elsewhere / "run" / name).is_file(), f"a run from {archive.name} left no {name}")
    left = sorted(p.name for p in elsewhere.iterdir())
    require(left == ["run"], f"a run left more than its results behind: {left}")


def main() -> None:
    """Check everything, and say so."""
    python = Path(sys.argv[1]).absolute()
    missing = unmet("cocreate-sim", frozenset({"dev"}), set())
    require(not missing, "; ".join(missing) + "; run make pins")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, wheel = build(folder)
        check_contents(source, wheel)
        check_version(wheel)
        tools = ROOT / "requirements" / "build.txt"  # an earlier check took them away
        call(python, "-m", *PIP, "install", "--no-deps", "--no-compile", "--require-hashes", "-r", tools)
        check_use(python, source, folder, NUMBA_DISABLE_JIT="1")  # the same loops as in the wheel: compiling them once will do
        call(python, "-m", *PIP, "uninstall", "--yes", "cocreate-sim", *BUILD_TOOLS)
        check_use(python, wheel, folder)
        print(f"wheel: passed: {', '.join(f'{p.name}, {p.stat().st_size // 1024} kB' for p in (source, wheel))}")


if __name__ == "__main__":
    main()
