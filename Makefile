# make demo   the verdicts on the real SQLite, source and binary   make test   the whole test-suite
# Each target sets up what it needs, in $(VENV); inside that environment the plain commands are enough.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= sqlite-3.50.4
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 600

.PHONY: help demo test lint matrix fuzz bench corpus tools docs wheel clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo     what mapproof says of the SQLite amalgamation, and of the SQLite that Python runs'
	@echo 'make test     run the tests (PYTEST_ARGS="-k name" for some of them)'
	@echo 'make lint     ruff and strict mypy'
	@echo 'make matrix   every mutation of every pinned SQLite, every processor and compiler (hours)'
	@echo 'make fuzz     damaged binaries and containers for ten minutes (FUZZ_SECONDS)'
	@echo 'make bench    ratios of CPU time to a parse, to grep and to a bare interpreter'
	@echo 'make corpus   fetch every pinned source and the packages that are read in seconds; then `pytest -m corpus`'
	@echo 'make tools    fetch the validators of other tools that some tests hold our reports against'
	@echo 'make docs     write the pages that are made from code and rules again'
	@echo 'make wheel    build the source archive and the wheel into dist/'

demo: $(VENV)/.has-mapproof
	@tree=$$($(BIN)/python -m corpus.fetch $(DEMO) | sed -n 's/^$(DEMO): //p'); \
	  test -n "$$tree" || exit 2; tree=$${tree#"$$PWD"/}; \
	  echo "mapproof check --all $$tree/sqlite3.c"; \
	  $(BIN)/mapproof check --all "$$tree/sqlite3.c"
	@echo "mapproof demo"; $(BIN)/mapproof demo

test: $(VENV)/.has-test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.has-test $(VENV)/.has-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

matrix: $(VENV)/.has-test
	@$(BIN)/python -m corpus.fetch
	@$(BIN)/python -m corpus.packages || echo 'not every package is there; their tests say which' >&2
	MAPPROOF_MATRIX=1 $(BIN)/python -m pytest tests/corpus tests/machine tests/running tests/verify $(PYTEST_ARGS)

fuzz: $(VENV)/.has-test $(VENV)/.has-fuzz
	$(BIN)/python -m tests.fuzz $(FUZZ_SECONDS)

bench: $(VENV)/.has-mapproof
	@$(BIN)/python -m corpus.fetch $(DEMO)
	$(BIN)/python -m tests.bench

corpus: $(VENV)/.has-mapproof
	$(BIN)/python -m corpus.fetch; sources=$$?; $(BIN)/python -m corpus.packages --quick && exit $$sources

tools:
	npm install --prefix .cache/tools --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
	  @microsoft/sarif-multitool-linux@5.7.0
	@chmod u+x .cache/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	test -x .cache/tools/semgrep/bin/semgrep || { $(PYTHON) -m venv .cache/tools/semgrep && \
	  .cache/tools/semgrep/bin/python -m pip install --quiet --disable-pip-version-check 'semgrep==1.182.*'; }

docs: $(VENV)/.has-mapproof
	$(BIN)/python -m tests.house.map
	$(BIN)/python -c 'from mapproof.classify.pack import *; from mapproof.classify.page import index; print(index(load_pack(builtin_rules())), end="")' > rules/README.md

wheel: $(VENV)/.has-build
	$(BIN)/python -m build

clean:
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache

# The environment. A stamp per set of dependencies, renewed when pyproject.toml changes.
$(VENV)/.has-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'mapproof needs Python 3.11 or newer as $(PYTHON); name another with make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo '$(PYTHON) cannot make environments; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.has-mapproof: $(VENV)/.has-python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q analyzer # an editable install is not compiled by pip, a user's is
	@touch $@

$(VENV)/.has-test $(VENV)/.has-lint $(VENV)/.has-build $(VENV)/.has-fuzz: $(VENV)/.has-%: $(VENV)/.has-mapproof
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@
