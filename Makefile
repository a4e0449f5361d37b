# One door per task; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# How many tests run side by side; many of them wait most of the time.
JOBS ?= 4
# Which worlds are simulated, in so many processes.
SEEDS ?= 0:1000
SIMULATIONS ?= 2
# How long each way in is fuzzed.
SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-postgresql simulate kills fuzz check format lint types arrows serve devstore bench bench-ingest bench-drain bench-noisy bench-growth bench-limits lock clean

help: ## List the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(VENV)/.run ## Build the environment that runs the app

setup-dev: $(VENV)/.dev ## Build the environment that also tests it

$(VENV)/.run: requirements.txt pyproject.toml
	@echo "Building the environment in $(VENV) (about half a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Evenhand needs Python 3.11 or newer; run: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --no-audit --no-fund --prefix tests/conformance; else echo "npm is missing: the schema conformance tests will be skipped"; fi
	@touch $@

demo: setup ## Play a day of refund requests in a development store; ARGS="--once --json FILE"
	@$(BIN)/evenhand demo $(ARGS)

test: setup-dev ## Run every test, JOBS=4 side by side; ARGS="-k name" picks some
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

simulate: setup-dev ## Play simulated worlds against the store's own books; SEEDS=0:1000
	$(BIN)/python -m tests.simulation --kept --seeds $(SEEDS) --jobs $(SIMULATIONS) $(ARGS)

kills: setup-dev ## Kill the app at every write boundary of every kind of event; ARGS="--sample 3"
	$(BIN)/python -m tests.crash.matrix $(ARGS)

fuzz: setup-dev $(VENV)/.fuzz ## Look for input that breaks the app, SECONDS=60 each way in; ARGS="event_body"
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

test-postgresql: setup-dev ## Run the tests that keep to one kind of database on PostgreSQL
	EVENHAND_TEST_DATABASE=postgresql $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-dev lint types arrows test ## Format, lint, types, arrows and tests: what must be green

format: setup-dev ## Write the code in its standard form
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: setup-dev ## Check form and habits
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: setup-dev ## Check types strictly
	$(BIN)/mypy

arrows: setup-dev ## Check that imports point down
	$(BIN)/lint-imports

serve: setup ## Serve the app; its settings come from the environment
	$(BIN)/evenhand serve

devstore: setup ## Run the development store; the README has its settings
	$(BIN)/evenhand devstore $(ARGS)

bench: $(VENV)/.bench ## Measure decisions beside other engines; ARGS="--memory" memory
	$(BIN)/python -m bench.decide $(ARGS)

bench-ingest: setup bench/node/node_modules ## Measure the receiver beside other receivers; needs wrk and node
	$(BIN)/python -m bench.ingest $(ARGS)

bench-drain: setup-dev ## Measure the work from stored event to archived answer
	$(BIN)/python -m bench.drain $(ARGS)

bench-noisy: setup-dev ## Measure what others feel of one loud shop
	$(BIN)/python -m bench.noisy $(ARGS)

bench-growth: setup-dev ## Measure how time and room grow with the archive
	$(BIN)/python -m bench.growth $(ARGS)

bench-limits: setup-dev ## Measure start, memory, back-pressure and stop; needs wrk
	$(BIN)/python -m bench.limits $(ARGS)

# Its headers are beside node: nothing else is fetched to build the one package in C++.
bench/node/node_modules: bench/node/package-lock.json
	npm_config_build_from_source=true npm_config_nodedir=$$(dirname $$(dirname $$(readlink -f $$(command -v node)))) npm ci --prefix bench/node

$(VENV)/.bench: $(VENV)/.run requirements-bench.txt
	$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

$(VENV)/.fuzz: $(VENV)/.run requirements-fuzz.txt
	$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	@touch $@

lock: setup-dev ## Renew the lock files from pyproject.toml
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build --output-file requirements.txt
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group bench --constraint requirements.txt --output-file requirements-bench.txt
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group fuzz --output-file requirements-fuzz.txt

clean: ## Remove what was built
	rm -rf $(VENV) var .mypy_cache .ruff_cache .hypothesis tests/conformance/node_modules bench/node/node_modules
