# The two commands of the README are `make run` and `make test`; both are safe to repeat.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A red PYTHON here beats a stack trace from pip later.
NEEDS  := import sys; sys.exit(None if sys.version_info >= (3, 11) else "Tocsin needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])

.PHONY: run test check format bench lock clean

run: $(VENV)/.run config.toml
	@exec $(BIN)/tocsin run

test: check
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# Resolves the newest versions that pyproject.toml allows, for every platform, with hashes.
LOCK = $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade pyproject.toml
lock: $(VENV)/.run
	$(PIP) install uv
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group dev -o requirements-dev.lock

config.toml:
	cp config.example.toml config.toml

$(BIN)/python:
	@$(PYTHON) -c '$(NEEDS)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Tocsin into $(VENV) (the first time takes a minute) …"
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
