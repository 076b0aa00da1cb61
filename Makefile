# The one door for everybody. Everything is kept in .venv and intents/.venv; nothing is installed elsewhere.
# `make` alone shows what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export UV_PYTHON_PREFERENCE ?= system
export PIP_DISABLE_PIP_VERSION_CHECK = 1

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
READY := .venv/.ready
CITY ?= aurora-co

.PHONY: help
help: ## Show what there is to do
	@echo "make run starts the program. All there is:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

# uv comes from the lock itself: pip installs that one package by its hash, and uv does the rest.
$(READY): requirements-dev.txt pyproject.toml
	@echo "Preparing .venv (the first time takes about half a minute) …"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is %s. Try: make PYTHON=python3.12 …" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(UV) || { sed -n '/^uv==/,/^    # via/p' requirements-dev.txt | grep -v '# via' > .venv/uv.txt; $(BIN)/python -m pip install -q --require-hashes --no-deps -r .venv/uv.txt; }
	@$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements-dev.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: setup
setup: $(READY) ## Prepare .venv only

.PHONY: run
run: $(READY) ## Start everything: web chat, Rasa, and Telegram with TELEGRAM_TOKEN
	@$(BIN)/natural-helpers run

.PHONY: invite
invite: $(READY) ## Make a link for a helper; make invite ROLE=coordinator for the first one
	@$(BIN)/natural-helpers invite $(if $(filter coordinator,$(ROLE)),--coordinator)

.PHONY: poster
poster: $(READY) ## Make a poster with a code to scan: make poster ARTICLE=library-card LANGUAGE=es PLACE=martin-luther
	@$(BIN)/natural-helpers poster "$(ARTICLE)" --language "$(LANGUAGE)" --place "$(PLACE)" $(if $(OUT),--out "$(OUT)")

.PHONY: talk
talk: $(READY) ## Chat in the terminal; /save NAME keeps the talk as a test
	@$(BIN)/natural-helpers talk

.PHONY: telegram-lab
telegram-lab: $(READY) ## A local Telegram with a page where you chat as several people
	@$(BIN)/python -m tests.botapi

.PHONY: train
train: $(READY) ## Prepare Rasa and train its model, where anything changed
	@$(BIN)/natural-helpers train

.PHONY: check
check: $(READY) ## Content, style, types and layers
	@$(BIN)/natural-helpers check --report
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: flows
flows: $(READY) ## Draw the flow of every article, for staff (needs Graphviz)
	@$(BIN)/natural-helpers flows

.PHONY: test
test: $(READY) ## Every test; make test T=tests/channel for some
	@$(BIN)/python -m pytest $(T)

.PHONY: bench
bench: $(READY) ## Measure speed and memory; prints tables
	@$(BIN)/python -m tests.bench

.PHONY: bench-search
bench-search: $(READY) ## Judge the search; PAGES=file QUESTIONS=file for your own JSON Lines
	@$(BIN)/python -m tests.bench.bench_search $(if $(PAGES),--pages "$(PAGES)") $(if $(QUESTIONS),--questions "$(QUESTIONS)")

.PHONY: translations
translations: $(READY) ## Carry changed English into the catalogs and show how far each language is
	@$(BIN)/natural-helpers translations

.PHONY: lock
lock: $(READY) ## Write the hashed requirement files anew
	@$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes pyproject.toml --group dev -o requirements-dev.txt
	@$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes pyproject.toml -c requirements-dev.txt -o requirements.txt
	@cd intents && ../$(UV) pip compile -q --upgrade --universal --python-version 3.10 --generate-hashes pyproject.toml -o requirements.txt

.PHONY: format
format: $(READY) ## Put the code into its form
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format -q .

.PHONY: clean
clean: ## Remove environments, models and caches; data stays
	@rm -rf .venv intents/.venv intents/models .mypy_cache .ruff_cache .pytest_cache .hypothesis
