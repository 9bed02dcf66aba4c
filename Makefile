# Epione's commands. `make run` serves Epione with its demo practice; `make test` passes the whole suite.
# From nothing: git, make and Python 3.11 to 3.13 with venv. Everything is installed in .venv.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fix docs release clean locks

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$name && break; done)
PY := .venv/bin/python
BIN := .venv/bin
# The certificates of the system first (a firewall may have its own), else those that uv brings.
UV_INSTALL = pip install --quiet --python $(PY) --require-hashes -r
define install
	@$(BIN)/uv --system-certs $(UV_INSTALL) $(1) 2>/dev/null || $(BIN)/uv $(UV_INSTALL) $(1)
endef

help: ## Say what each command does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/.made: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo "Epione needs Python 3.11, 3.12 or 3.13: install python3 (Debian and Ubuntu: apt install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv module: apt install python3-venv (Debian and Ubuntu)."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(PY) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "epione-source.pth").write_text(str(pathlib.Path("src").resolve()))'
	@printf '#!%s\nfrom epione.__main__ import main\nmain()\n' "$(CURDIR)/$(PY)" > $(BIN)/epione && chmod +x $(BIN)/epione
	@touch $@

.venv/.core: .venv/.made requirements/core.txt
	@echo "Installing Epione's packages (once)..."
	$(call install,requirements/core.txt)
	@touch $@

.venv/.dev: .venv/.core requirements/dev.txt
	@echo "Installing the packages of the tests (once)..."
	$(call install,requirements/dev.txt)
	@touch $@

setup: .venv/.core ## Install what running Epione needs

run: setup ## Serve Epione with its demo practice on http://localhost:8000
	@$(BIN)/epione run --demo

test: .venv/.dev ## Pass the whole suite: SQLite, PostgreSQL, brokers, browser
	@$(PY) -m tests

check: .venv/.dev ## Check format, lint, types, import contracts, migrations, translations, locks
	@$(PY) -m tests.house.check

fix: .venv/.dev ## Format and repair what tools can repair
	@$(BIN)/ruff check --fix --quiet src tests || true
	@$(BIN)/ruff format --quiet src tests

docs: .venv/.dev ## Write the generated pages of docs/
	@$(BIN)/epione openapi > docs/openapi.json
	@$(PY) -m tests.house.rules_page --write

release: check test ## Build the wheel, after everything passed
	@$(PY) -c 'from epione.kernel.translations import compile_catalogues; compile_catalogues()'
	@$(BIN)/uv --system-certs build --quiet --wheel --out-dir dist
	@ls dist

locks: .venv/.made ## Resolve the locked requirements again
	@$(PY) -m tests.house.locks --write

clean: ## Remove what the commands made (not var/, which holds the record)
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
