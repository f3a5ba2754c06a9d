# SPDX-License-Identifier: GPL-2.0-only
# PYTHON, KERNEL, SUBTREE, MIGRATION and PARTS reach what is run by the environment, as make passes them on.
VENV := .venv
BIN := $(VENV)/bin
# Touched when what is installed matches the lock file: a second run has nothing to do.
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup spatch demo test fixtures own-migration bench lint docs verify-kernel clean

help:
	@echo 'make demo    convert the small kernel in kernel_fixtures: the series goes to build/demo/outgoing'
	@echo '             KERNEL=~/linux SUBTREE=drivers/gpu: convert your tree, which stays untouched'
	@echo 'make test    run all tests'
	@echo 'make fixtures MIGRATION=DIR  run the fixtures of a migration of yours'
	@echo 'make own-migration  convert all of Linux 6.12 by the example of docs/own-migration.md, hold it against 7.3'
	@echo 'make lint    ruff, mypy, and whether the generated documents are up to date'
	@echo 'make docs    write the generated documents anew'
	@echo 'make verify-kernel  convert Linux 7.3 and prove the series, to the last object'
	@echo '             KERNEL=~/linux SUBTREE=drivers/gpu LEVEL=syntax: your tree, a part of it, a lower level'
	@echo 'make bench   time fencemig beside spatch on Linux 7.3, or on KERNEL=~/linux: half an hour'
	@echo '             PARTS="series start": parts of it; tools/bench.py write puts what was measured into the docs'
	@echo 'make setup   only install what is needed: fencemig in $(VENV), Coccinelle with apt'
	@echo 'make clean   remove $(VENV), build/ and caches'
	@echo 'PYTHON=...   the Python to use, 3.11 or newer'

setup: $(READY) spatch

$(READY): requirements.lock pyproject.toml tools/need
	@echo 'Installing the pinned packages into $(VENV): 400 MB, about a minute'
	@python=$$(tools/need python) && "$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

spatch:
	@tools/need spatch

demo: setup
	@tools/demo

test: setup
	@tools/need tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

fixtures: setup
	@$(BIN)/python -m pytest -q -rN --tb=short tests/test_rules.py

own-migration: setup
	WHOLE=1 $(BIN)/python -m pytest -s tests/test_own_migration.py

bench: setup
	@$(BIN)/python tools/bench.py measure "$${KERNEL:-$$(tools/get-kernel 7.3)}" $$PARTS

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/docs.py --check

docs: $(READY)
	$(BIN)/python tools/docs.py

verify-kernel: setup
	@tools/need kernel
	@tools/verify-kernel

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
