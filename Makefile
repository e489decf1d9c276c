# Everything sets itself up: `make demo` or `make test` on a machine with python3 (3.11 or later, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r

.PHONY: help install demo clinic test lint verify bench load debian picture docs lock clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 17

install: $(STAMP)-run ## Make .venv, which holds the command painloop
	@echo "painloop is installed: $(BIN)/painloop --help"

demo: $(STAMP)-run ## Simulate two published courses and leave a finished report in demo/
	$(BIN)/painloop demo --out demo/

clinic: $(STAMP)-clinic ## Serve the explorer and the evidence to a browser on this machine
	$(BIN)/painloop clinic

test: lint debian ## Check style, types and import contracts, then run the tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(STAMP)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

debian:
	@sh requirements/debian.sh

verify: $(STAMP)-dev debian ## Run what takes long; the results land in validation/
	$(BIN)/python -m pytest -m long
	@for check in $(wildcard validation/*.py); do echo "$$check"; $(BIN)/python "$$check" || exit 1; done

bench: $(STAMP)-bench ## Time the engine on CRPS-90d beside numbalsoda
	@sh benchmarks/install_peer.sh $(BIN)/python
	$(BIN)/python benchmarks/crps_90d.py

load: $(STAMP)-clinic ## Let 200 sessions use the web application for a minute
	$(BIN)/python benchmarks/clinic.py

picture: $(STAMP)-run ## Draw the picture of the README anew
	$(BIN)/painloop simulate sigtermans-2009 --placebo --plot docs/images/demo.png > /dev/null

docs: $(STAMP)-docs ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

# Each lock below is whole: it holds the run-time packages at the versions of run.txt and what its target needs besides.
$(STAMP)-%: requirements/%.txt pyproject.toml src/painloop/_version.py | $(VENV)/.created
	@echo "installing the packages of $<"
	@$(PIP_INSTALL) $<
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "painloop needs Python 3.11 or later as '$(PYTHON)'; name another one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "'$(PYTHON)' has no module venv; install it (on Debian: apt-get install python3-venv) and run make again" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

lock: ## Renew the lock files in requirements/ (needs uv)
	@sh requirements/lock.sh

clean: ## Remove what make has made
	rm -rf $(VENV) demo docs/_build build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
