# Every target does its own set-up in .venv; nothing is fetched while requirements-dev.txt and pyproject.toml stay the same.
# PYTHON is the interpreter that makes .venv: 3.11 or newer, with its venv module.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST_ARGS ?=
DEMO := fixtures/dumps/demo-4node
DEMO_BOOT := --memmap $(DEMO)/memmap.txt --cmdline @$(DEMO)/cmdline.txt --kernel 6.12 --initrd-range 0x7fee3000-0x7ffdffff

.DEFAULT_GOAL := help
.PHONY: help demo test lint format coverage live bench requirements clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(READY) ## Lay out a shipped 4-node machine and explain the node that lost its hot-plug mark
	$(BIN)/acpitools layout $(DEMO)/acpidump.txt $(DEMO_BOOT)
	@echo
	$(BIN)/acpitools explain $(DEMO)/acpidump.txt $(DEMO_BOOT) --at 0x50000000

test: lint ## Run everything that has to pass: lint, types, tests
	$(BIN)/pytest $(PYTEST_ARGS)

lint: $(READY) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## Rewrite the sources in the one style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

coverage: $(READY) ## Run the tests and say which lines they miss
	$(BIN)/pytest --cov $(PYTEST_ARGS)

live: export ACPITOOLS_KERNELS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/acpitools/kernels
live: $(READY) ## Boot every live machine in QEMU on two kernels and compare with the predictions
	.ci/kernels 6.1 6.12
	ACPITOOLS_LIVE=1 $(BIN)/pytest tests/verify/test_live.py tests/verify/test_synthetic_live.py --durations=0 $(PYTEST_ARGS)

bench: $(READY) ## Measure speed against bare python, acpixtract, iasl and acpiexec
	$(BIN)/python -m benchmarks

requirements: ## Pin the requirements anew (needs the network)
	$(PYTHON) -m venv $(VENV)/compile
	$(VENV)/compile/bin/pip install --quiet pip-tools
	$(VENV)/compile/bin/pip-compile --quiet --upgrade --extra=dev --generate-hashes --allow-unsafe --no-strip-extras \
		--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file=requirements-dev.txt pyproject.toml

clean: ## Remove .venv and what the tools leave behind
	rm -rf $(VENV) build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache

# The editable install is a plain path entry: the import hook of the default mode would slow down every start.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("acpitools needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	$(BIN)/python -m compileall -q acpitools
	@touch $@
