# Everything happens in an environment of its own; the second time nothing is installed again.
PYTHON ?= python3
VENV ?= .venv
DATA_DIR ?= var
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras $(UPGRADE) pyproject.toml -

.PHONY: run test lint docs bench bench-batch bench-report bench-velocity soak evaluate evaluate-signals locks sbom audit

run: $(VENV)/.run
	@$(BIN)/fraudcheck serve --data-dir $(DATA_DIR)

test: $(VENV)/.dev
	@$(BIN)/pytest --numprocesses=2 --dist=loadfile --cov --cov-report=term

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.dev
	@$(BIN)/mkdocs --quiet build --strict
	@echo "The site is in site/: open site/index.html"

bench: $(VENV)/.dev
	@$(BIN)/python -m bench.stages
	@$(BIN)/python -m bench

bench-batch: $(VENV)/.dev
	@$(BIN)/python -m bench.batch

bench-report: $(VENV)/.dev
	@$(BIN)/python -m bench.report

bench-velocity: $(VENV)/.dev
	@$(BIN)/python -m bench.velocity

soak: $(VENV)/.dev
	@$(BIN)/python -m bench.soak $(SOAK)

evaluate: $(VENV)/.dev
	@$(BIN)/python -m bench.detect
	@$(BIN)/python -m bench.worlds

evaluate-signals: $(VENV)/.dev
	@$(BIN)/python -m bench.evaluate

# What is installed, by version and hash: anew after a change of pyproject.toml, or with UPGRADE=--upgrade to newer versions.
locks: $(VENV)/.dev
	@echo 'setuptools>=77' | $(LOCK) --all-extras --output-file locks/dev.txt
	@cp locks/dev.txt locks/batch.txt && cp locks/dev.txt locks/run.txt  # whose versions the next two keep
	@echo 'setuptools>=77' | $(LOCK) --extra batch --output-file locks/batch.txt
	@echo 'setuptools>=77' | $(LOCK) --output-file locks/run.txt
	@cd tests/clients/typescript && npm install --package-lock-only --no-audit --no-fund
	@cd form && npm install --package-lock-only --no-audit --no-fund
	@$(BIN)/python -m tests.clients.bare_lock

sbom: $(VENV)/.dev
	@$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom.cdx.json locks/run.txt
	@echo "What the service consists of stands in sbom.cdx.json (CycloneDX)"

audit: $(VENV)/.dev
	@$(BIN)/pip-audit --disable-pip --require-hashes --requirement locks/run.txt

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Making an environment in $(VENV) (once, about a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Only files whose hashes stand in locks/ are installed; the project itself is built with what is there already.
$(VENV)/.run: $(VENV)/.made pyproject.toml locks/run.txt
	@$(PIP) install --require-hashes --requirement locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml locks/dev.txt
	@$(PIP) install --require-hashes --requirement locks/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run
