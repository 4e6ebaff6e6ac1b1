# make demo   compare the shipped scenarios and write a report
# make test   lint, types and every test
# make bench  the benchmarks, as text;  make docs  the generated reference pages
# Each makes .venv first, when it is not there or the dependencies have changed.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# a file's tests stay together in one process, because they share what they simulated
PYTEST := $(BIN)/python -m pytest -q -rs -n logical --maxprocesses 4 --dist loadfile --durations 12

# the first Python that is new enough; else whatever is there, so that tools/machine.py can say what is wrong
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && echo $$p && exit; \
	done; command -v python3 || command -v python)

.PHONY: help demo test lint types pytest bench docs wheel clean
.DELETE_ON_ERROR:

help:
	@sed -n '1,4s/^# //p' Makefile

demo: $(VENV)/ready
	$(BIN)/cemsim demo
	@echo "Next: source $(BIN)/activate, then cemsim --help (or $(BIN)/cemsim --help as it is)."

test: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PYTEST)

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

pytest: $(VENV)/ready-dev
	$(PYTEST)

bench: $(VENV)/ready-bench
	$(BIN)/python -m benchmarks.queue
	$(BIN)/python -m benchmarks.population
	$(BIN)/python -m benchmarks.compare
	$(BIN)/python -m benchmarks.why
	$(BIN)/python -m benchmarks.prices
	$(BIN)/python -m benchmarks.decisions
	$(BIN)/python -m benchmarks.engines

docs: $(VENV)/ready-dev
	@mkdir -p docs/reference
	$(BIN)/cemsim schema > docs/reference/scenario.schema.json
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.targets
	$(BIN)/python -m tools.theory

wheel: $(VENV)/ready
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation -w dist .

clean:
	rm -rf $(VENV) build dist *.egg-info

# One chain of stamps, so that with -j only one pip works in .venv at a time.
$(VENV)/ready: pyproject.toml setup.py constraints.txt
	@test -n "$(PYTHON)" || { echo "cemsim: no Python found; install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) tools/machine.py
	@echo "cemsim: making $(VENV) with $$($(PYTHON) --version), a minute or two the first time"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) setuptools wheel
	@$(PIP) --no-build-isolation --editable .
	@touch $@

# solara-assets comes as source, which hatchling builds
$(VENV)/ready-dev: $(VENV)/ready
	@$(PIP) hatchling
	@$(PIP) --no-build-isolation --editable '.[dev,watch]'
	@touch $@

$(VENV)/ready-bench: $(VENV)/ready-dev
	@$(PIP) --no-build-isolation --editable '.[dev,watch,bench]'
	@touch $@
