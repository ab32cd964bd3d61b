# One word for each thing one does here. Every target creates what it needs: .venv is set up on first use, and again
# whenever pyproject.toml changes.

VENV := .venv
IN_VENV := $(VENV)/bin/python
# The first Python 3.11 or newer that starts. `make PYTHON=/path/to/python chat` takes another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$python; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help chat serve test check lint bench bench-web soak clean
.NOTPARALLEL: # two targets at once would set up one .venv twice

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' Makefile | while IFS='	' read -r word does; do printf '  make %-9s %s\n' "$$word" "$$does"; done

chat: $(VENV)/.ready ## open the chatbot
	@$(IN_VENV) -m chatbot

serve: $(VENV)/.ready-web ## start the web service on this machine alone
	@$(IN_VENV) -m chatbot serve

test: $(VENV)/.ready-test ## run all tests; ARGS="-k titration" picks some
	@$(IN_VENV) -m pytest -q -n auto --dist loadfile $(ARGS)

check: lint ## all that a change must pass: lint, the content, all tests
	@$(IN_VENV) -m chatbot check
	@$(IN_VENV) -m pytest -q -n auto --dist loadfile

lint: $(VENV)/.ready-dev ## ruff, its formatting, and mypy
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check .
	@$(IN_VENV) -m mypy

bench: $(VENV)/.ready ## time the chatbot, each figure beside its limit
	@$(IN_VENV) benchmarks/bench.py

bench-web: $(VENV)/.ready-test ## time the web service, each figure beside its limit
	@$(IN_VENV) benchmarks/bench_web.py

soak: $(VENV)/.ready-test ## talk to the web service for 2 minutes, and kill a worker; MINUTES=10 for longer
	@$(IN_VENV) benchmarks/soak.py --minutes $(or $(MINUTES),2)

clean: ## remove .venv and everything else that is made here
	@rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: pyproject.toml
	$(call set-up,.)
	@touch $@

$(VENV)/.ready-web: pyproject.toml
	$(call set-up,.[web])
	@touch $(VENV)/.ready $@

$(VENV)/.ready-test: pyproject.toml
	$(call set-up,.[test])
	@touch $(VENV)/.ready $(VENV)/.ready-web $@

$(VENV)/.ready-dev: pyproject.toml
	$(call set-up,.[dev])
	@touch $(VENV)/.ready $(VENV)/.ready-web $(VENV)/.ready-test $@

# Makes .venv where there is none that works, and installs the package into it, editable. Where the system's Python comes
# without ensurepip (Debian without python3-venv), the system's pip fetches the one for .venv.
define set-up
@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "no Python 3.11 or newer here: install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
@echo "Setting up $(VENV) (once; it takes under a minute)" >&2
@$(IN_VENV) -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	|| $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(IN_VENV) install --quiet pip; } \
	|| { echo "could not make $(VENV): install venv and pip for $(PYTHON), then try again" >&2; exit 1; }
@$(IN_VENV) -m pip install --quiet --disable-pip-version-check --editable '$(1)'
endef
