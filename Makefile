# `make` lists the commands; CI uses the same words.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
FEAST := .venv-feast
FEAST_STAMP := $(FEAST)/.installed
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false
export FEAST_USAGE := False

.PHONY: help install check build estimate retry test test-slow lint fix types docs bench why diff compare \
	rollback resume nightly recommend report feature-store posters real cold-start evaluate clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(STAMP)  ## make the virtual environment and install the pinned packages

# The exact versions are in constraints.txt; a changed pin installs again. Python compiles a module
# when it is first imported, which most of 19,000 never are.
$(STAMP): pyproject.toml constraints.txt
	@command -v "$(PYTHON)" >/dev/null || { echo "tagsmith cannot be installed here. There is no \
	$(PYTHON): install Python 3.11, 3.12 or 3.13, or name it, as in make PYTHON=python3.11 build"; \
		exit 1; }
	@$(PYTHON) tools/check_machine.py
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "installing the pinned packages into $(VENV) (about 2 minutes, 2 GB)"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	@touch $@

check: install  ## what a build would read of your inputs; no call [ARGS="--vars '{...}'"]
	@$(BIN)/tagsmith check $(ARGS)

build: install  ## the main job: from the catalogue (the sample, or TAGSMITH_ITEMS) to publication
	@start=$$(date +%s) && $(BIN)/dbt build $(ARGS) && \
		$(BIN)/tagsmith summary --started-at $$start

estimate: install  ## what the next build would ask, and its price; asks nothing
	@$(BIN)/tagsmith estimate $(ARGS)

retry: install  ## ask again what the last build left without an answer, and publish
	@$(BIN)/tagsmith retry $(ARGS)

# The two environments at once, mypy (one process) beside the linters, then the tests on both cores.
test:  ## linters, types, dbt and Python tests
	@$(MAKE) --no-print-directory -j2 install $(FEAST_STAMP)
	@$(MAKE) --no-print-directory -j2 --output-sync lint types
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder

test-slow: install $(FEAST_STAMP)  ## the long tests: many kills, large sizes
	@$(BIN)/python -m pytest -m slow

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/sqlfluff lint --processes 2 models tests
	@$(BIN)/python -m dbt_score lint --run-dbt-parse --show failing-items

types: install
	@$(BIN)/mypy

fix: install  ## format, fix lint errors, regenerate files from the settings
	@$(BIN)/python -m tools.write_settings
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/sqlfluff fix --processes 2 models tests

docs: install  ## the dbt documentation site in target/, and the drawing in docs/architecture.md
	@$(BIN)/dbt docs generate --static
	@$(BIN)/python -m tools.draw_stages

bench: install  ## the benchmarks of docs/benchmarks.md
	@$(BIN)/python -m benchmarks.embedding
	@$(BIN)/python -m benchmarks.threads
	@for part in throughput knee outage limit open durable; do $(BIN)/python -m benchmarks.runtime $$part || exit 1; done
	@$(BIN)/python -m benchmarks.verification
	@$(BIN)/python -m benchmarks.whole_build
	@$(BIN)/python -m benchmarks.evaluation
	@$(BIN)/python -m benchmarks.experiments --users 100000 --memory 1GB
	@$(BIN)/python -m benchmarks.recommenders --items 10000 --users 25000 --interactions 250000 --growth
	@$(BIN)/python -m benchmarks.publish --growth
	@$(BIN)/python -m benchmarks.student --data "$(DATA)" --vectors data/student_vectors.npz --part test
	@$(BIN)/python -m benchmarks.mpst --data "$(DATA)"

why: install  ## ITEM=... [TAG=...]: why an item has its tags, and why it lacks others
	@$(BIN)/tagsmith why "$(ITEM)" $(if $(TAG),"$(TAG)")

diff: install  ## [ITEM=...]: the price of what is new, then a build up to the gates and what it would change
	@$(BIN)/tagsmith estimate --confirm $(ARGS)
	@$(BIN)/dbt --quiet build --selector before_publication $(ARGS)
	@$(BIN)/tagsmith diff "$(ITEM)"

# Published features do not change. ASK=ids asks what these items lack, which costs money.
compare: install  ## SYSTEM=... or VARS='{alpha: 0.8}' [ITEM=... ASK=ids]: the effect of other settings
	@$(BIN)/tagsmith compare $(SYSTEM) $(if $(VARS),--vars "$(VARS)") \
		$(if $(ITEM),--item "$(ITEM)") $(if $(ASK),--ask "$(ASK)")

rollback: install  ## [VERSION=...]: serve an older version again and hold publication
	@$(BIN)/tagsmith rollback $(if $(VERSION),--version "$(VERSION)")
	@$(BIN)/dbt --quiet build --selector served $(ARGS)
	@test ! -e $(FEAST_STAMP) || $(MAKE) --no-print-directory feature-store

resume: install  ## let builds publish again after a rollback
	@$(BIN)/tagsmith resume

# Not named MAKE, or `make -n evaluate` would run it.
SELF := $(MAKE)
nightly: install  ## one night: build, gates, publication, online store (docs/operations.md)
	@$(BIN)/tagsmith nightly -- $(ARGS)

# USER only if given on the command line: every shell sets it to the login.
recommend: install  ## [USER=... MODEL=...]: recommendations for users, with reasons
	@test -e "$${TAGSMITH_WAREHOUSE:-data/warehouse.duckdb}" || { echo "run make build first"; exit 1; }
	@$(BIN)/dbt --quiet build --selector recommendation --exclude-resource-type unit_test $(ARGS)
	@$(BIN)/tagsmith recommend $(if $(filter command line,$(origin USER)),--user "$(USER)") \
		$(if $(MODEL),--model "$(MODEL)")

# BUILT=1: use existing tables, as `make evaluate` has just built them with its vars.
OUT ?= data/report.html
report: install  ## [OUT=file.html]: one page that shows how good the tags are and what they cost
	@$(BIN)/python -c 'import vl_convert' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[report]'
	@test -n "$(BUILT)" -o ! -e "$${TAGSMITH_WAREHOUSE:-data/warehouse.duckdb}" || \
		$(BIN)/tagsmith evaluate --no-build
	@$(BIN)/tagsmith report --out "$(OUT)" $(ARGS)

# Separate from .venv, since Feast caps pandas below 3.
$(FEAST_STAMP): feature_store/repo/requirements.txt
	@test -x $(FEAST)/bin/pip || $(PYTHON) -m venv $(FEAST)
	@echo "installing the feature store into $(FEAST) (about a minute, 700 MB)"
	@$(FEAST)/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -r $<
	@touch $@

feature-store: install $(FEAST_STAMP)  ## load the published features online with Feast [FULL=1]
	@$(BIN)/dbt --quiet parse
	@$(FEAST)/bin/python -m feature_store update $(if $(FULL),--full)

# A real catalogue has its own ledger, warehouse and features. What DATA
# holds: docs/data.md.
DATA ?= ../shared/data
REAL := data/real
N ?= 80
real: install  ## DATA=folder [N=80]: tag N real films of a catalogue with human tags
	@$(BIN)/tagsmith real-catalogue --data "$(DATA)" --items $(N) --out $(REAL)
	@test ! -e $(REAL)/items.parquet || env $$(cat $(REAL)/env) $(SELF) --no-print-directory build \
		ARGS="--vars '$$(cat $(REAL)/vars.json)'"

# Where commands that measure write their tables.
RESULTS ?= docs/results
# What docs/recommenders.md reads; TAGS may be any parquet or csv of item_id, tag, score?
TAGS ?= $(REAL)/published/current/item_tags.parquet
cold-start: install  ## DATA=folder [TAGS=file]: do tags help to recommend films without ratings
	@$(BIN)/tagsmith cold-start --data "$(DATA)" --tags "$(TAGS)" \
		--out $(RESULTS)/cold_start.md $(ARGS)

# Tables and commands: docs/evaluation.md. Answers of `make real` are reused; the page is
# written even if a quality gate fails.
evaluate: N = 160
evaluate: MORE = 40
evaluate: install  ## DATA=folder [N=160 MORE=40]: tag real films of a catalogue and measure their tags
	@$(BIN)/tagsmith real-catalogue --data "$(DATA)" --items $(N) --more $(MORE) \
		--out $(REAL) --whole
	@test ! -e $(REAL)/items.parquet || { \
		env $$(cat $(REAL)/env) $(BIN)/tagsmith evaluate --vars "$$(cat $(REAL)/vars.json)" \
			--results $(RESULTS)/evaluation.md $(ARGS); \
		status=$$?; \
		env $$(cat $(REAL)/env) $(SELF) --no-print-directory report BUILT=1 OUT=$(REAL)/report.html; \
		exit $$status; }

posters: install  ## draw the posters of the sample catalogue
	@$(BIN)/python tools/draw_posters.py

clean:  ## remove build artefacts; warehouse, ledger and environment stay
	@rm -rf target logs .mypy_cache .ruff_cache .pytest_cache
