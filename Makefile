# The tasks of this project. Each one sets up what it needs; `make demo` and `make test` are all a newcomer has to know.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo run test long check bench docs lock

help:
	@echo 'make demo    the whole way on bundled feeds: fetch, match, digest (DEMO_ONCE=1 ends after the digest)'
	@echo 'make run     the monitor on the starter pack, its home being this checkout'
	@echo 'make test    the test suite'
	@echo 'make check   lint, format and types'
	@echo 'make setup   .venv with the command `monitor`'
	@echo 'make long    the tests that take minutes'
	@echo 'make docs    the generated pages of docs/'
	@echo 'make bench   the benchmarks (CORPUS=folder of feeds)'

.venv/.python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "monitor needs Python 3.11 or newer; %s is %d.%d. Say which to use: make PYTHON=python3.12 ..." % (sys.executable, v[0], v[1]))'
	@$(PYTHON) -m venv .venv || { echo 'python3 could not make a virtual environment; on Debian: apt-get install python3-venv' >&2; exit 1; }
	@touch $@

.venv/.runtime: requirements.txt pyproject.toml | .venv/.python
	@echo 'setting up .venv (once)' >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

setup: .venv/.runtime
	@echo 'The command is $(CURDIR)/$(BIN)/monitor; `export PATH="$(CURDIR)/$(BIN):$$PATH"` makes it `monitor` in this terminal.'

demo: .venv/.runtime
	@$(BIN)/monitor demo $(if $(DEMO_ONCE),--once)

run: .venv/.runtime
	@test -f config/monitor.toml || $(BIN)/monitor --home . init . --pack ai-policy
	@$(BIN)/monitor --home . run

test: .venv/.dev
	@$(BIN)/python -m pytest

long: .venv/.dev
	@$(BIN)/python -m pytest -m long --timeout 3600

check: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: .venv/.dev
	@$(BIN)/python -m benchmarks.help_time
	@$(BIN)/python -m benchmarks.query_worst
	@$(BIN)/python -m benchmarks.mutants --count 2000 $(if $(CORPUS),--corpus $(CORPUS))
	@test -z "$(CORPUS)" || $(BIN)/python -m benchmarks.corpus $(CORPUS)

# The pages that are written from the code; tests fail when they are stale.
docs: .venv/.dev
	@$(BIN)/python -m monitor.cli.reference > docs/commands.md
	@$(BIN)/python -m monitor.store.schema_doc > docs/schema.md
	@$(BIN)/python -m monitor.settings.schemas docs/schemas

# Hashes for every platform, and no address of the index they came from.
lock: .venv/.dev
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' pyproject.toml --group build -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --group dev -c requirements.txt -o requirements-dev.txt
