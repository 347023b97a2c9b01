# Everything happens in an environment of its own; the second time nothing is installed again.
PYTHON ?= python3
VENV ?= .venv
DATA_DIR ?= var
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check

.PHONY: run test lint docs bench bench-batch bench-report bench-velocity evaluate evaluate-signals

run: $(VENV)/.run
	@$(BIN)/fraudcheck serve --data-dir $(DATA_DIR)

test: $(VENV)/.dev
	@$(BIN)/pytest --cov --cov-report=term

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.docs
	@$(BIN)/mkdocs --quiet build --strict
	@echo "The site is in site/: open site/index.html"

bench: $(VENV)/.dev
	@$(BIN)/python -m bench

bench-batch: $(VENV)/.dev
	@$(BIN)/python -m bench.batch

bench-report: $(VENV)/.dev
	@$(BIN)/python -m bench.report

bench-velocity: $(VENV)/.dev
	@$(BIN)/python -m bench.velocity

evaluate: $(VENV)/.evaluate
	@$(BIN)/python -m bench.detect
	@$(BIN)/python -m bench.worlds

evaluate-signals: $(VENV)/.evaluate
	@$(BIN)/python -m bench.evaluate

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Making an environment in $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.docs: $(VENV)/.made pyproject.toml constraints.txt
	@$(PIP) install --constraint constraints.txt --editable '.[docs]'
	@touch $@ $(VENV)/.run

$(VENV)/.evaluate: $(VENV)/.dev
	@$(PIP) install --constraint constraints.txt --editable '.[dev,evaluate]'
	@touch $@
