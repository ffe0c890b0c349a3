# Every command sets up what it needs first; the first time takes a minute, after that nothing.
# HOST, PORT, VAR, DATABASE_URL and REDIS_URL are honoured (docs/OPERATIONS.md).

PYTHON ?= python3
ARGS ?=
N ?= 100000

BOOTSTRAP := $(PYTHON) -m pmqa.launch.bootstrap
VENV := .venv/bin/python
MANAGE := $(VENV) manage.py
.PHONY: help run stop setup demo bench backup drill restore test check lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16

run: ## start the portal: embedded engines, web, worker and beat (Ctrl-C stops it)
	@$(BOOTSTRAP) run

stop: ## stop the portal that runs on this data folder
	@$(VENV) -m pmqa.launch.supervise --stop

setup: ## environment, assets and database; nothing is left running
	@$(BOOTSTRAP) setup

demo: ## load the demo agency anew (ARGS are passed on)
	@$(BOOTSTRAP) setup
	@PORTAL_DEMO=1 $(MANAGE) demo $(ARGS)

bench: ## measure with N complaints (make bench N=100000)
	@$(BOOTSTRAP) setup
	@$(MANAGE) bench $(N) $(ARGS)

backup: ## write a backup into a new folder (make backup TO=folder)
	@$(BOOTSTRAP) base
	@$(VENV) -m pmqa.launch.backup take "$(TO)"

drill: ## prove a backup: restore it beside the portal and compare (make drill FROM=folder)
	@$(BOOTSTRAP) base
	@$(VENV) -m pmqa.launch.backup drill "$(FROM)"

restore: ## restore a backup into an empty portal (make restore FROM=folder VAR=new)
	@$(BOOTSTRAP) base
	@$(VENV) -m pmqa.launch.backup restore "$(FROM)"

test: ## all tests, browser journeys included (ARGS are passed to pytest)
	@$(BOOTSTRAP) tools
	@$(VENV) -m pmqa.launch.browser
	@VAR="$${VAR:-$(CURDIR)/var/test}" $(VENV) -m pytest -n 2 --dist loadfile --durations 15 $(ARGS)

check: ## style, types, floors, templates, migrations, translations, production settings
	@$(BOOTSTRAP) tools
	@$(VENV) -m pmqa.launch.check

lock: ## compile the locks out of requirements.in and requirements-dev.in
	@$(BOOTSTRAP) tools
	@for name in requirements requirements-dev; do $(VENV) -m uv pip compile --quiet --universal \
		--generate-hashes --python-version 3.11 $$name.in -o $$name.txt || exit 1; done

clean: ## remove environment, assets and caches; the data in var/ stays
	@rm -rf .venv static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
