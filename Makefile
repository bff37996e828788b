# `make up` and `make test` do all set-up themselves; they need python3 (3.11 or newer) and make.

PYTHON ?= python3
PORT ?=
DATA ?=
ARGS ?=
WORKERS ?= 3

BIN := .venv/bin
PLUGINS := $(patsubst %/pyproject.toml,./%,$(wildcard plugins/*/pyproject.toml))
PYPROJECTS := pyproject.toml $(wildcard plugins/*/pyproject.toml)
INSTALL := $(BIN)/pip install --quiet --constraint constraints.txt --build-constraint constraints.txt
EVERYTHING := --editable '.[embedded]' $(addprefix --editable ,$(PLUGINS))
# Tests wait as long as they work, and the long ones come first: each is handed out when one is free.
SPREAD := -n $(WORKERS) --maxschedchunk 4

.DEFAULT_GOAL := help
.NOTPARALLEL:
# Where nothing may be written, each of the many processes would compile the house anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install up test test-fast lint types docs check bench accuracy mail-accuracy hostile-mails clean

help:
	@echo 'make up [PORT=8080] [DATA=folder]  install what is missing and start the gateway'
	@echo 'make test        lint, types and every test'
	@echo 'make check       the same, with branch coverage'
	@echo 'make test-fast   the tests that need no database'
	@echo 'make lint        style, formatting, spelling and the floors between modules'
	@echo 'make types       mypy in strict mode'
	@echo 'make docs        what the documentation promises'
	@echo 'make bench       the figures that the README gives'
	@echo 'make accuracy    how well messages are understood, class by class'
	@echo 'make mail-accuracy   how well mails are read, client by client'
	@echo 'make hostile-mails   reads 10,000 generated mails that mean harm'
	@echo 'make install     only install, with all that developers need'

install: .venv/installed-dev

up: .venv/installed
	@exec $(BIN)/gateway up $(if $(PORT),--port '$(PORT)') $(if $(DATA),--data '$(DATA)')

test: lint types .venv/node/installed
	$(BIN)/pytest $(SPREAD) $(ARGS)

check: lint types .venv/node/installed
	$(BIN)/pytest $(SPREAD) --cov --cov-report term $(ARGS)

test-fast: .venv/installed-dev
	$(BIN)/pytest tests/rules tests/house plugins $(ARGS)

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/lint-imports --no-logo

types: .venv/installed-dev
	$(BIN)/mypy
	@for plugin in $(PLUGINS); do \
		echo "$(BIN)/mypy $$plugin"; MYPYPATH=$$plugin $(BIN)/mypy $$plugin || exit; \
	done

docs: .venv/installed-dev
	$(BIN)/codespell
	$(BIN)/pytest tests/house/test_reference.py tests/house/test_documents.py \
		tests/house/test_pages.py $(ARGS)

bench: .venv/installed-dev
	$(BIN)/python -m bench $(ARGS)

accuracy: .venv/installed-dev
	$(BIN)/python -m tests.rules.accuracy $(ARGS)

mail-accuracy: .venv/installed-dev
	$(BIN)/python plugins/email_smtp/tests/test_corpus.py $(ARGS)

hostile-mails: .venv/installed-dev
	$(BIN)/pytest plugins/email_smtp/tests/test_hostile_mails.py --hypothesis-profile=hostile \
		--timeout 900 $(ARGS)

clean:
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# A stamp is newer than all that decides what is installed, or the installation is repeated.
.venv/installed: .venv/created constraints.txt $(PYPROJECTS)
	$(INSTALL) $(EVERYTHING)
	@touch $@

.venv/installed-dev: .venv/created constraints.txt $(PYPROJECTS)
	$(INSTALL) $(EVERYTHING) --group dev
	@touch .venv/installed $@

# A headless browser, and the real @trpc/client, for the tests of what a person and a dashboard see.
.venv/node/installed: .venv/created tests/trpc/package.json
	@command -v npm >/dev/null && command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
				chromium $$(command -v npm >/dev/null || echo nodejs npm); \
		else \
			echo 'make: the tests need Chromium and Node.js 18 or newer with npm; as root: apt-get install chromium nodejs npm' >&2; \
			exit 1; \
		fi; }
	@mkdir -p .venv/node && cp tests/trpc/package.json .venv/node
	npm install --prefix .venv/node --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel error
	@touch $@

# The stamp comes last: a set-up that was interrupted starts again from nothing.
.venv/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'make: $(PYTHON) is missing or older than 3.11; name another one: make PYTHON=python3.12 …' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq python3-venv; \
		else \
			echo 'make: $(PYTHON) has no venv module; as root: apt-get install python3-venv' >&2; \
			exit 1; \
		fi; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	@touch $@
