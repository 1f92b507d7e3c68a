# Needs make, git and Python 3.11, 3.12 or 3.13; everything else goes into .venv in this folder. `make help` lists the targets.
#   PYTHON=python3.12   the interpreter to build .venv with, instead of the first one that fits
#   VENV=.venv-3.12     another folder for the environment
#   ARGS='...'          more arguments for the command that a target runs
#   N=400 SEED=1        how many mutants `make mutants` tries, and which
#   COUNT=              lines only for `make coverage`, instead of lines and branches

VENV ?= .venv
PINS ?= requirements/dev.txt
ARGS ?=
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
PY := $(VENV)/bin/python
unexport PYTHONDONTWRITEBYTECODE # where it is set, every process compiles thousands of files anew: four seconds each
PIP := $(PY) -m pip -qq install --disable-pip-version-check --no-input --no-compile --no-deps --no-build-isolation
DEMO := results/demo
SCREENSHOTS ?= results/screenshots
N ?= 400
SEED ?= 1
COUNT ?= --branch
SLOW := -m "not long and not slurm and not browser"
UNCOMPILED := tests/engine tests/mechanisms tests/mutation/few_runs.py tests/mutation/few_decisions.py
# Tests that take ten to fifty seconds each without compilation, and run no line that others do not run.
REPEATS := presence_counts_only or no_visit_or_no_eye or more_visits_and_sharper_eyes or reporter_lives_within_reach \
	or slower_lapsing or nobody_reports_and_nothing_lapses or elasticity_of_leaving or leave_at_the_rate or quit_at_their_rate

# Prints the interpreter behind a name, and a key that changes with it, with the place of the environment and with the pins.
define PROBE
import hashlib, os, sys
if not (3, 11) <= sys.version_info[:2] < (3, 14):
    sys.exit("is Python %d.%d" % sys.version_info[:2])
base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
parts = [base, sys.version, os.path.realpath(sys.argv[1])]
parts += [open(name, encoding="utf-8").read() for name in ("requirements/build.txt", sys.argv[2])]
print(base + "|" + hashlib.sha256("\n".join(parts).encode()).hexdigest())
endef

# The same for what an editable install copies from the project: its metadata.
define PROJECT
import hashlib
print(hashlib.sha256(b"".join(open(n, "rb").read() for n in ("pyproject.toml", "src/cocreate_sim/__init__.py"))).hexdigest())
endef

export PROBE PROJECT
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help packages env demo test test-slow test-all slurm browser bounds coverage mutants check lint types layers docs site channels validate \
	pages spelling wheel peers bench bench-quick work pictures golden reference pins clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

packages:
	@set -eu; found=; tried=; \
	for candidate in $(PYTHONS); do \
	    if said=$$("$$candidate" -c "$$PROBE" "$(VENV)" "$(PINS)" 2>&1); then found=$$said; break; fi; \
	    tried="$$tried  $$candidate: $$(printf '%s\n' "$$said" | tail -n 1)\n"; \
	done; \
	if [ -z "$$found" ]; then \
	    printf "Python 3.11, 3.12 or 3.13 is needed and was not found. Tried:\n$$tried" >&2; \
	    echo "Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make ... PYTHON=path/to/python3.12" >&2; \
	    exit 1; \
	fi; \
	base=$${found%|*}; key=$${found##*|}; \
	exec 9> "$(VENV).lock"; if command -v flock > /dev/null; then flock 9; fi; \
	if [ "$$(cat "$(VENV)/.packages" 2> /dev/null)" = "$$key" ] && "$(PY)" -c '' 2> /dev/null; then exit 0; fi; \
	if ! "$$base" -c 'import ensurepip, venv' 2> /dev/null; then \
	    echo "$$base cannot make environments: its venv or ensurepip module is missing." >&2; \
	    echo "On Debian and Ubuntu: apt-get install python3-venv. Then run the same command again." >&2; \
	    exit 1; \
	fi; \
	echo "Building $(VENV) with $$base: about half a minute and 1 GB, only when the pinned packages change."; \
	rm -rf "$(VENV)"; \
	"$$base" -m venv "$(VENV)"; \
	$(PIP) --require-hashes -r requirements/build.txt; \
	$(PIP) --require-hashes -r "$(PINS)"; \
	echo "$$key" > "$(VENV)/.packages"

env: packages ## build .venv from the pinned packages, unless it is there and fresh
	@set -eu; key=$$("$(PY)" -c "$$PROJECT"); \
	exec 9> "$(VENV).lock"; if command -v flock > /dev/null; then flock 9; fi; \
	if [ "$$(cat "$(VENV)/.project" 2> /dev/null)" = "$$key" ]; then exit 0; fi; \
	$(PIP) --editable .; \
	rm -rf "$(VENV)"/lib/python*/site-packages/cocreate_sim; : "the copy of configs/ is for wheels; here it would only go stale"; \
	"$(PY)" -m pip --disable-pip-version-check check > "$(VENV)/check.txt" || { \
	    cat "$(VENV)/check.txt" >&2; \
	    echo "The pins do not fit pyproject.toml: run make pins." >&2; \
	    exit 1; \
	}; \
	echo "$$key" > "$(VENV)/.project"; \
	echo "Ready: $(VENV)/bin/cocreate --help"

demo: env ## the two published comparisons: does staff shorten waiting, does a smaller unit raise participation
	@if [ -e $(DEMO) ] && [ ! -e $(DEMO)/.made-by-make-demo ]; then \
	    echo "$(DEMO) was not made by make demo: move it away first." >&2; exit 1; \
	fi
	@rm -rf $(DEMO) && mkdir -p $(DEMO) && touch $(DEMO)/.made-by-make-demo
	$(VENV)/bin/cocreate compare experiment=staffing out=$(DEMO)/staffing $(ARGS)
	$(VENV)/bin/cocreate compare experiment=unit_size out=$(DEMO)/unit_size $(ARGS)
	@echo "Read $(DEMO)/staffing/summary.txt and $(DEMO)/unit_size/summary.txt; tables and figures stand beside them."

test: env ## the quick tests, on all cores (ARGS="-n 0": in this process)
	$(PY) -m pytest -n auto $(ARGS)

test-slow: env ## also the tests that take some seconds each, such as whole commands and pages
	$(PY) -m pytest -n auto $(SLOW) $(ARGS)

test-all: env ## all tests, with the long ones and more random examples
	HYPOTHESIS_PROFILE=thorough $(PY) -m pytest -m "not slurm and not browser" $(ARGS)

slurm: env ## the tests on a real Slurm of one node (Debian or Ubuntu, root): installs it if missing, starts it, and stops it
	$(PY) -m pytest -q -m slurm tests/slurm $(ARGS)

browser: env ## the tests of the page and of the report in Chromium (apt-get install chromium fonts-noto-cjk); pictures go to $(SCREENSHOTS)
	COCREATE_SCREENSHOTS=$(SCREENSHOTS) $(PY) -m pytest -q -n 0 -m browser tests/dashboard tests/report $(ARGS)

bounds: env ## tests of the model with every index of its compiled loops checked: outside its array, a loop would read or write anything
	NUMBA_BOUNDSCHECK=1 COCREATE_CACHE_DIR=$(CURDIR)/.cache/kernels-bounds $(PY) -m pytest -q -n auto $(SLOW) tests/mechanisms tests/test_events.py tests/reference $(ARGS)

coverage: env ## quick and slow tests, counting lines and branches (COUNT=: lines): all of mechanisms/ with compilation off, and 95 % of everything
	@rm -f .coverage .coverage.*
	NUMBA_DISABLE_JIT=1 $(PY) -m coverage run $(COUNT) -m pytest -q -n auto $(UNCOMPILED) -k "not ($(REPEATS))"
	$(PY) -m coverage run $(COUNT) -m pytest -q -n auto $(SLOW) $(ARGS)
	@$(PY) -m coverage combine --quiet
	$(PY) -m coverage report --fail-under=95
	$(PY) -m coverage report --include 'src/cocreate_sim/mechanisms/*' --fail-under=100

mutants: ## change the program in N places, one at a time, and see whether a test fails (hours; goes on where it stopped)
	@$(MAKE) --no-print-directory env VENV=$(VENV)-mutants PINS=requirements/mutants.txt
	$(VENV)-mutants/bin/python tests/mutation/run.py --count $(N) --seed $(SEED) $(ARGS)

check: lint types layers pages spelling wheel ## style, types, layers, reference pages, spelling, and the wheel in a clean environment
	@echo "check: passed"

lint: env
	$(PY) -m ruff check --output-format concise .

types: env
	$(PY) -m mypy

layers: env
	$(VENV)/bin/lint-imports --no-logo

docs: env ## write the reference pages that the code knows, and build the site in docs/_build/html, without a network
	$(PY) docs/generate.py
	@$(MAKE) --no-print-directory site

site: env ## build the site from the pages as they are: every warning is an error, notebooks run anew
	$(PY) -m sphinx -W --keep-going -q -E -b html docs docs/_build/html
	$(PY) -m pytest -q -n 0 -m long tests/docs/test_site.py
	@echo "Open docs/_build/html/index.html"

channels: env ## measure again what docs/reference/channels.md tells (a quarter of an hour), and write the reference pages
	$(PY) docs/channels.py $(ARGS)
	$(PY) docs/generate.py

validate: env ## run every formula that the model must reduce to (two minutes), and write docs/reference/validation.md
	$(PY) docs/validation.py

pages: env
	$(PY) docs/generate.py --check

spelling: env
	$(VENV)/bin/codespell

wheel: env
	@$(MAKE) --no-print-directory packages VENV=$(VENV)-wheel PINS=requirements/run.txt
	$(PY) tests/packaging/check_wheel.py $(VENV)-wheel/bin/python

peers:
	@for name in bench bench-frames; do \
	    $(MAKE) --no-print-directory packages VENV=$(VENV)-$$name PINS=requirements/$$name.txt || \
	    echo "THE FRAMEWORKS OF requirements/$$name.txt CANNOT BE INSTALLED HERE: the table will say so." >&2; \
	done

bench: env peers ## speed and memory beside other frameworks, C and Covasim, one table, and benchmarks/latest.json (about an hour, quiet machine)
	$(PY) -m benchmarks.run $(ARGS)

bench-quick: env peers ## the same on smaller sizes, in less than ten minutes; benchmarks/latest.json stays
	$(PY) -m benchmarks.run --quick $(ARGS)

work: env ## count the instructions of the main loops and compare them with benchmarks/work.json (ARGS=--renew writes it)
	$(PY) -m benchmarks.work $(ARGS)

pictures: env ## draw the pictures anew with which tests compare figures: look at them before they are kept
	RENEW_PICTURES=1 $(PY) -m pytest -q -n 0 tests/report/test_pictures.py $(ARGS)

golden: env ## write the golden file anew and show what changed
	$(PY) tests/golden.py --write $(ARGS)

N ?= 200
SEED ?= 12345
reference: env ## compare the model with the plain reference on N random configurations (N=200 SEED=12345); goes on where it was stopped
	$(PY) -m tests.reference.run --n $(N) --seed $(SEED) $(ARGS)

pins: packages ## resolve requirements/*.txt from pyproject.toml (ARGS=--upgrade for newer releases)
	@set -eu; export UV_CUSTOM_COMPILE_COMMAND="make pins"; \
	compile="$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(ARGS)"; \
	$$compile --extra dev pyproject.toml -o requirements/dev.txt; \
	$$compile -c requirements/dev.txt pyproject.toml -o requirements/run.txt; \
	$$compile -c requirements/dev.txt --extra dev --group mutants pyproject.toml -o requirements/mutants.txt; \
	$$compile -c requirements/dev.txt --group build -o requirements/build.txt; \
	$$compile -c requirements/dev.txt --group bench -o requirements/bench.txt; \
	$$compile --group bench-frames -o requirements/bench-frames.txt; \
	if grep -nE '://|file:|^-' requirements/*.txt; then echo "An address or a path stands in the pins (above)." >&2; exit 1; fi; \
	wc -l requirements/*.txt

clean: ## remove environments and caches; results stay
	rm -rf .venv .venv-* .venv*.lock .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .coverage build dist docs/_build
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
