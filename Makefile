PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOUND := flows tasks adapters deployments tests

.PHONY: lab lab-down venv lint test

lab: ## engine, registry, base images and Podman on this machine (Debian 12, root)
	$(PYTHON) tests/lab up registry engine bases podman

lab-down: ## stop what the lab started; tests/lab down --purge removes its state too
	$(PYTHON) tests/lab down

venv: $(BIN)/containerkit

$(BIN)/containerkit: pyproject.toml $(wildcard constraints.txt)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(if $(wildcard constraints.txt),--constraint constraints.txt) --editable '.[dev]'
	touch $@

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(FOUND)
	$(BIN)/lint-imports

test: venv
	$(BIN)/python -m pytest
