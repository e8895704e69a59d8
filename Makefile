# Every task of the project. A fresh machine needs Python 3.10 or newer and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help install demo generate check changes format lint types gate test bench mutate emulator clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3")'
	@echo "==> installing into $(VENV) (a minute on a new machine)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]' --group dev
	@touch $@

install: $(VENV)/.installed ## make .venv with everything

demo: install generate ## see the product at work, against the emulator
	@python examples/demo.py

generate: install ## write generated/ from spec/
	@echo "==> generating"
	@python -m codegen generate

check: install ## fail if generated/ is not what spec/ gives
	@echo "==> comparing generated/ with spec/"
	@python -m codegen check

changes: install ## what the spec says otherwise since the last tag, and a draft for the changelog
	@python -m codegen changes

format: install ## lay out the code
	@ruff check --quiet --fix-only .
	@ruff format .

lint: install ## layout and lint
	@echo "==> ruff"
	@ruff format --check .
	@ruff check .

types: install ## pyright strict and mypy strict
	@echo "==> pyright"
	@pyright
	@echo "==> mypy"
	@mypy

gate: install ## fail if something breaks since the last release and the changelog does not say so
	@echo "==> holding the working tree against the last release"
	@python -m tests.gate

test: lint check types gate ## everything that must hold
	@echo "==> pytest"
	@python -m pytest

bench: install ## what a call costs, beside the other clients
	@python -m tests.bench

mutate: install ## change the validators and the checker in one place at a time, and say what no test notices
	@PYTHONPATH=generated python -m tests.mutation validators
	@PYTHONPATH=generated python -m tests.mutation checker

emulator: install ## the platform on a port of this machine
	@qianfan-typed emulator

clean: ## remove .venv and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
