# Ferrule. `make` alone lists what there is to do.
#
# Everything is installed into $(VENV), and nothing outside this folder is changed. A step that is
# done leaves a stamp in $(VENV) and is not done again until a file that it read has changed.

VENV ?= .venv
# The newest Python that will do. To choose another: make PYTHON=python3.12 VENV=.venv-3.12 ...
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
# Which ones `make test-pythons` tries.
PYTHONS ?= python3.11 python3.12 python3.13
# How many processes share the tests.
WORKERS ?= 2
# What pytest gets besides, as in: make test PYTEST_ARGS='-k panel'
PYTEST_ARGS ?=
# The published cases that `make published` judges; those that are shipped by default.
CASES ?= tests/published/cases-medqa.jsonl
# The folder of measured people, which is not shipped; tests/real_data/README.md says what is in it.
DATA ?=
# To take newer versions of what is locked: make lock LOCK_ARGS=--upgrade
LOCK_ARGS ?=

BIN := $(VENV)/bin
ENGINE := service/adapters/durable_rules/build
# Twice quiet: errors only.
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve install test lint format bench published real-data fired agreement test-pythons lock clean

help: ## list these targets
	@echo 'Ferrule: a clinical rules-engine microservice. README.md says more.'
	@echo
	@echo '  make TARGET, where TARGET is one of'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "    %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  Needed: Linux, Python 3.11 to 3.13 with its headers, a C compiler, make.'
	@echo '  FERRULE_BIND=0.0.0.0:9000 make serve   listens elsewhere (127.0.0.1:8000 otherwise)'

# ------------------------------------------------------------------------------------------- to use

serve: $(VENV)/.installed ## set up what is missing, then start the service
	@exec $(BIN)/ferrule serve

install: $(VENV)/.installed ## set up what is missing, and no more

test: lint ## set up what is missing, then run linters, types, import contracts, knowledge and tests
	$(BIN)/ferrule check
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(PYTEST_ARGS)

# ---------------------------------------------------------------------------------------- to change

lint: $(VENV)/.installed ## linters, types and import contracts only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/yamllint --strict .

format: $(VENV)/.installed ## rewrite Python files in the house format
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench: $(VENV)/.installed ## measure panels per second, where the time goes, and how long an author waits
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks authoring

published: $(VENV)/.installed ## judge the answers to published cases: make published CASES=file.jsonl
	$(BIN)/python -m tests.published $(CASES)

real-data: $(VENV)/.installed ## what the answers are worth on measured people: make real-data DATA=folder
	$(BIN)/python -m tests.real_data --draft $(or $(DATA),$(error say where the files are: make real-data DATA=folder))

fired: $(VENV)/.installed ## list the rules that fire on their own cases alone: make fired DATA=folder CASES=file.jsonl
	$(BIN)/python -m tests.real_data.fired --draft --cases $(CASES) \
		$(or $(DATA),$(error say where the files are: make fired DATA=folder))

agreement: $(VENV)/.installed ## ask the engine and the semantics about 20,000 random panels of each kind
	$(BIN)/python -m tests.agreement 20000

test-pythons: ## `make test` once for each of $(PYTHONS) that is here
	@tried=; absent=; \
	for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
			|| { absent="$$absent $$python"; continue; }; \
		$(MAKE) test PYTHON=$$python VENV=.venv-$$version || exit 1; \
		tried="$$tried $$version"; \
	done; \
	echo "Passed on:$${tried:- none}. Not here:$${absent:- none}."; \
	test -n "$$tried"

lock: $(VENV)/.created ## write requirements.lock anew from pyproject.toml
	$(PIP_INSTALL) --target $(VENV)/uv --upgrade uv
	$(VENV)/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--group dev --custom-compile-command 'make lock' $(LOCK_ARGS) \
		--no-config --output-file requirements.lock pyproject.toml

clean: ## remove what was installed and built; decisions are kept elsewhere and stay
	rm -rf .venv .venv-* build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -not -path "./.git/*" -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------- the set-up

$(VENV)/.created:
	@test -n '$(PYTHON)' || { echo 'Ferrule needs Python 3.11 or later. On Debian or Ubuntu:' \
		'apt-get install python3-venv python3-dev' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual" \
		'environments. On Debian or Ubuntu: apt-get install python3-venv' >&2; exit 1; }
	@sh $(ENGINE)/wheel.sh check $(PYTHON)
	@echo 'Setting up $(VENV) with $(PYTHON); this takes about a minute, once.'
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Wheels only, each with a hash from the lock: no code runs and nothing is fetched that is not named
# there. The one package that comes as source is the engine, below.
$(VENV)/.locked: requirements.lock $(VENV)/.created
	@awk '/^[a-z]/ { ours = !/^durable-rules==/ } ours' requirements.lock >$(VENV)/wheels.lock
	@$(PIP_INSTALL) --require-hashes --only-binary :all: --requirement $(VENV)/wheels.lock
	@touch $@

# Changes only when the lock names another engine, so that other changes do not build it again.
$(VENV)/engine.lock: requirements.lock $(VENV)/.created
	@awk '/^[a-z]/ { ours = /^durable-rules==/ } ours' requirements.lock >$@.new
	@cmp -s $@ $@.new && rm $@.new || mv $@.new $@

$(VENV)/.engine: $(VENV)/engine.lock $(wildcard $(ENGINE)/*) | $(VENV)/.locked
	@sh $(ENGINE)/wheel.sh build $(BIN)/python $(VENV)/engine.lock $(VENV)/engine
	@$(PIP_INSTALL) --no-index --force-reinstall $(VENV)/engine/*.whl
	@$(BIN)/python $(ENGINE)/prove_chaining.py
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.locked $(VENV)/.engine
	@$(PIP_INSTALL) --no-index --no-build-isolation --editable .
	@touch $@
