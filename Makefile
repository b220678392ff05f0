# `make run` and `make test` need Python 3.11 or newer and nothing else; what they install goes into .venv.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
IMAGE ?= gridq
EXAMPLE := examples/bundles/pv_battery_tou
BUNDLE ?= $(EXAMPLE)

.DEFAULT_GOAL := help
.PHONY: help run test lint check bench data docker-build docker-backtest clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, found %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[glpk,hipo,plots]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run

run: $(VENV)/.run  ## solve the national model; results go to results/core
	$(BIN)/energyscope calc core --out results/core

test: $(VENV)/.dev  ## all tests, with coverage
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --cov --cov-report=term

lint: $(VENV)/.dev  ## style, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## lint and test: what CI runs

bench: $(VENV)/.dev  ## measure against glpsol (Debian: glpk-utils), which must be installed
	@for file in tests/bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

data: $(VENV)/.dev  ## make data/datasets/core and core_small anew from the published wheel
	$(BIN)/python scripts/import_dataset.py
	$(BIN)/python scripts/make_core_small.py

docker-build:  ## make the image of `gridq`; IMAGE=NAME calls it otherwise
	docker build --tag $(IMAGE) .

# as the one who calls, so that the outputs are theirs; without network, since none is needed
GRIDQ = docker run --rm --network none --user "$$(id -u):$$(id -g)" \
	--mount "type=bind,source=$(abspath $(BUNDLE)),target=/bundle" $(IMAGE)

docker-backtest: $(if $(filter $(EXAMPLE),$(BUNDLE)),$(EXAMPLE)/site_config.yaml)  ## run `gridq backtest` in the image on BUNDLE=DIR, an example unless said
	$(GRIDQ) backtest /bundle

$(EXAMPLE)/site_config.yaml:
	mkdir -p $(EXAMPLE)
	$(GRIDQ) init /bundle --example $(notdir $(EXAMPLE))

clean:  ## remove everything that was made
	rm -rf $(VENV) .cache build dist results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
