# Everything runs in .venv, which the first target that needs it creates. PYTHON names the interpreter, 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo web site test lint bench bench-serve load scores smoke clean

help:
	@echo "make demo    check the shipped graph and ask it a question"
	@echo "make web     build the graph view, the editor and the map of the pages (needs npm)"
	@echo "make site    write the site as files to build/site, and check it"
	@echo "make test    run the tests"
	@echo "make lint    check format, style and types"
	@echo "make smoke   build the wheel and use it from an empty environment elsewhere"
	@echo "make scores  hold our server and its peers to the rules of published data"
	@echo "make bench   measure against named peers, in one run"
	@echo "make load    put the server under mixed load for half an hour, and watch its memory"
	@echo "make bench-serve    measure the server against named servers; needs wrk"

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

demo: $(VENV)/ready
	@echo "$$ mineralkg check data"
	@$(BIN)/mineralkg check data
	@echo
	@echo "$$ mineralkg query partner_commitments -f table"
	@$(BIN)/mineralkg query partner_commitments -f table
	@echo
	@echo "$$ mineralkg query deadlines --as_of 2026-03-10 --overdue_only -f table"
	@$(BIN)/mineralkg query deadlines --as_of 2026-03-10 --overdue_only -f table

# The SARIF schema comes from an npm package. Without npm, the test that needs it says so and skips.
SCHEMAS := $(if $(shell command -v npm),tests/npm/node_modules/ready)

tests/npm/node_modules/ready: tests/npm/package-lock.json
	npm ci --prefix tests/npm --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# What the pages need from npm is built into the package. Without npm the pages leave it out, and say the same in tables.
BUILT := src/mineralkg/publishing/pages/assets/built/ready
WEB := $(if $(shell command -v npm),$(BUILT))

web: $(BUILT)

web/node_modules/ready: web/package-lock.json
	npm ci --prefix web --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(BUILT): web/node_modules/ready web/build.mjs $(wildcard web/src/*.js)
	cd web && node build.mjs
	@touch $@

site: $(VENV)/ready-dev $(WEB)
	$(BIN)/mineralkg publish build/site
	$(BIN)/mineralkg publish check build/site --max-pages 100000

test: $(VENV)/ready-dev $(SCHEMAS) $(WEB)
	$(BIN)/python -m pytest --numprocesses 2

lint: $(VENV)/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

smoke: $(VENV)/ready-dev $(WEB)
	PYTHON=$(BIN)/python .ci/smoke

bench: $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,bench]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	$(BIN)/python -m benchmarks

bench-serve: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.serving

load: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.load

scores: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.scores

clean:
	rm -rf $(VENV) build dist tests/npm/node_modules web/node_modules $(dir $(BUILT))
