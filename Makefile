# Every task of the project. A fresh machine needs Python 3.10 or newer and make, nothing else.
# Every tool is run by the Python of .venv: Apple's make 3.81 does not look on a path that a Makefile sets.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
# Two processes on two cores; more than eight gain nothing.
PYTEST := $(RUN) pytest --numprocesses=auto --maxprocesses=8 --dist=loadfile

.DEFAULT_GOAL := help
.PHONY: help install demo demo-batch generate check changes format lint types pyright mypy gate test test-slow test-pythons \
	screenshots test-clients test-ray bench bench-scale docs instructions mutate soak fuzz audit emulator clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3")'
	@echo "==> installing into $(VENV) (a minute on a new machine)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(RUN) pip install --quiet --disable-pip-version-check --editable '.[all]' --group dev
	@touch $@

install: $(VENV)/.installed ## make .venv with everything

demo: install generate ## see the product at work, against the emulator
	@echo "==> the demo"
	@$(VENV)/bin/python examples/demo.py

demo-batch: install ## a batch of 2,000 requests that is killed, goes on and loses nothing
	@$(VENV)/bin/python examples/demo_batch.py

generate: install ## write generated/ from spec/
	@echo "==> generating"
	@$(RUN) codegen generate

check: install ## fail if generated/ is not what spec/ gives
	@echo "==> comparing generated/ with spec/"
	@$(RUN) codegen check

changes: install ## what the spec says otherwise since the last tag, and a draft for the changelog
	@$(RUN) codegen changes

format: install ## lay out the code
	@echo "==> laying out the code"
	@$(RUN) ruff check --quiet --fix-only .
	@$(RUN) ruff format .

lint: install ## layout and lint
	@echo "==> ruff"
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .

types: install ## pyright strict and mypy strict, side by side
	@$(MAKE) --no-print-directory --jobs=2 pyright mypy

pyright: install
	@echo "==> pyright"
	@$(RUN) pyright --pythonpath $(VENV)/bin/python

mypy: install
	@echo "==> mypy"
	@$(RUN) mypy

gate: install ## fail if something breaks since the last release and the changelog does not say so
	@echo "==> holding the working tree against the last release"
	@$(RUN) tests.gate

test: lint check types gate ## everything that must hold, but for what is slow
	@echo "==> pytest, without what is slow"
	@$(PYTEST) -m "not slow"

test-slow: install ## the tests that take long and break rarely
	@echo "==> pytest, what is slow"
	@$(PYTEST) -m slow

screenshots: install ## the pictures of docs/, by the page's own tests in a browser
	@echo "==> taking pictures"
	@QIANFAN_TYPED_PICTURES=docs/images $(RUN) pytest -m slow -k pictures_of tests/explorer/test_screenshots.py

test-pythons: install ## the tests on every Python of this machine, with the lowest and the newest dependencies
	@$(RUN) tests.pythons

test-clients: install ## the clients of others, as they come from the registry, against the emulator
	@$(RUN) tests.clients

test-ray: install ## stages and batches on a real Ray, against the emulator
	@$(RUN) tests.cluster

bench-scale: install ## rows a second on Ray, and a simulation of 10⁹ rows (writes docs/scale.md)
	@$(RUN) tests.cluster bench

.venvs/bench/.installed: pyproject.toml
	@echo "==> installing the other clients into .venvs/bench"
	@$(PYTHON) -m venv --clear .venvs/bench
	@.venvs/bench/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@.venvs/bench/bin/python -m pip install --quiet --disable-pip-version-check --group bench-peers
	@touch $@

bench: install .venvs/bench/.installed ## what a call costs, beside floors and other clients (BENCH=--page writes the page)
	@$(RUN) pip install --quiet --disable-pip-version-check --group bench
	@echo "==> measuring (some minutes)"
	@$(RUN) tests.bench --peers .venvs/bench/bin/python $(BENCH)

docs: install ## the site of the documentation, in build/site
	@$(RUN) website

instructions: install ## count what the hottest paths take, and write it down (tests/instructions)
	@$(RUN) tests.instructions

mutate: install ## change the validators and the checker in one place at a time, and say what no test notices
	@echo "==> changing the validators"
	@PYTHONPATH=generated $(RUN) tests.mutation validators
	@echo "==> changing the checker"
	@PYTHONPATH=generated $(RUN) tests.mutation checker

MINUTES ?= 30
soak: install ## random faults against both lines, 200 calls at once, every one accounted for (MINUTES=30)
	@echo "==> soaking for $(MINUTES) minutes"
	@PYTHONPATH=generated $(RUN) tests.soak --minutes $(MINUTES)

SECONDS ?= 60
fuzz: install ## give bytes to what reads HTTP, events, replies and payloads (SECONDS=60 each)
	@$(RUN) pip install --quiet --disable-pip-version-check atheris
	@for target in http events replies payloads; do echo "==> fuzzing $$target"; \
		PYTHONPATH=generated $(RUN) tests.fuzz $$target --seconds $(SECONDS) || exit 1; done

audit: install ## hold the installed packages against the known vulnerabilities
	@$(RUN) pip install --quiet --disable-pip-version-check pip-audit
	@echo "==> asking for vulnerabilities"
	@$(RUN) tests.audit

emulator: install ## the platform on a port of this machine
	@$(VENV)/bin/qianfan-typed emulator

clean: ## remove .venv, .venvs and caches
	rm -rf $(VENV) .venvs .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
