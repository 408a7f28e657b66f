PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FOUND := flows tasks adapters deployments tests

# A test that failed is asked once more, after the others of its part, and both outcomes are printed: a real engine under
# load has its own races. Only for exit code 1, tests that failed: a run that broke off stays broken.
tested = $(BIN)/python -m pytest -o cache_dir=.pytest_cache/$(1) $(2) || { \
	test $$? -eq 1 && echo "==> once more, what failed" \
	&& $(BIN)/python -m pytest -o cache_dir=.pytest_cache/$(1) --last-failed --last-failed-no-failures=none $(2); }

.PHONY: demo lab lab-down venv lint test test-engine test-cluster test-speed

BASE := python:3.13-slim
REGISTRY ?= 127.0.0.1:5000

demo: venv ## an example from its source to its answer; the lab comes up only where no engine has the base image
	@docker image inspect $(BASE) >/dev/null 2>&1 || docker pull --quiet $(BASE) >/dev/null 2>&1 || $(PYTHON) tests/lab up registry engine bases
	@image=$$($(PYTHON) -c 'import urllib.request; urllib.request.urlopen("http://$(REGISTRY)/v2/", timeout=3)' 2>/dev/null && echo --image $(REGISTRY)/demo/hello-python); \
	$(BIN)/containerkit run tests/apps/hello-python $$image

lab: ## engine, registry, base images, Podman and a Kubernetes cluster on this machine (Debian 12, root)
	$(PYTHON) tests/lab up registry engine bases:all podman cluster

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

test: venv ## engine and cluster side by side: each mostly waits; what is measured has the machine to itself
	$(MAKE) --jobs=2 test-engine test-cluster
	$(MAKE) test-speed

test-engine: venv
	$(call tested,engine,--ignore=tests/bench -m "not kubernetes")

test-cluster: venv
	$(call tested,cluster,--ignore=tests/bench -m kubernetes)

test-speed: venv
	$(call tested,speed,tests/bench)
