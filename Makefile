# `make` lists the commands; CI uses the same words.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: help install build test test-slow lint fix types docs bench why posters real clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(STAMP)  ## make the virtual environment and install the pinned packages

# The exact versions are in constraints.txt; a changed pin installs again.
$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the pinned packages into $(VENV) (about 2 minutes, 2 GB)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	@touch $@

build: install  ## tag the catalogue: seeds or TAGSMITH_ITEMS to feature table
	@start=$$(date +%s) && $(BIN)/dbt build $(ARGS) && \
		$(BIN)/python scripts/summary.py --started-at $$start

test: install lint types  ## linters, types, dbt and Python tests
	@$(BIN)/python -m pytest -m "not slow"

test-slow: install  ## what takes long: many kills, large sizes
	@$(BIN)/python -m pytest -m slow

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/sqlfluff lint --processes 2 models tests

types: install
	@$(BIN)/mypy

fix: install  ## format and mend what linters can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/sqlfluff fix --processes 2 models tests

docs: install  ## the dbt documentation site in target/
	@$(BIN)/dbt docs generate --static

bench: install  ## the benchmarks of docs/benchmarks.md
	@$(BIN)/python -m benchmarks.embedding
	@$(BIN)/python -m benchmarks.verification

why: install  ## ITEM=... [TAG=...]: why an item has its tags, and why not others
	@$(BIN)/python scripts/why.py "$(ITEM)" $(if $(TAG),"$(TAG)")

# The ledger, warehouse and features of a real catalogue stay apart from the sample's.
DATA ?= ../shared/data
REAL := data/real
N ?= 80
real: install  ## DATA=folder [N=80]: tag N real films of a catalogue with human tags
	@$(BIN)/python scripts/real_catalogue.py --data "$(DATA)" --items $(N) --out $(REAL)
	@test ! -e $(REAL)/items.parquet || env $$(cat $(REAL)/env) $(MAKE) --no-print-directory build \
		ARGS="--vars '$$(cat $(REAL)/vars.json)'"

posters: install  ## draw the posters of the sample catalogue
	@$(BIN)/python scripts/draw_posters.py

clean:  ## remove build artefacts; warehouse, ledger and environment stay
	@rm -rf target logs .mypy_cache .ruff_cache .pytest_cache
