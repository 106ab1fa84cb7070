# heardback: `make demo` shows it, `make test` checks it. Needs python3 (3.11 or newer, with venv) and make; brings the rest into .venv.
#
# Stamp files in .venv say what is installed, so a second call starts at once. The pinned versions and their hashes are in
# requirements*.txt; `make lock` renews them.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: help demo test test-full lint format types unit soak fuzz test-systemd test-receivers bench-understanding dovecot gmail-emulator schema lock wheel clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(RUN_STAMP) ## run the whole job on a sample mailbox, with nothing to configure
	@$(BIN)/heardback demo

test: $(DEV_STAMP) dovecot gmail-emulator ## everything that a change must pass: style, types, tests
	$(MAKE) --no-print-directory lint types unit

test-full: $(DEV_STAMP) dovecot gmail-emulator ## the same with the slow tests (real peers)
	$(MAKE) --no-print-directory lint types
	HEARDBACK_TEST_FULL=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(DEV_STAMP) ## style, without changing anything
	$(BIN)/ruff check daemon tests
	$(BIN)/ruff format --check daemon tests

format: $(DEV_STAMP) ## put the code into its usual shape
	$(BIN)/ruff check --fix daemon tests
	$(BIN)/ruff format daemon tests

types: $(DEV_STAMP) ## mypy --strict
	$(BIN)/mypy

unit: $(DEV_STAMP) ## the tests alone; PYTEST_ARGS chooses
	$(BIN)/python -m pytest $(PYTEST_ARGS)

KILLS ?= 500
soak: $(DEV_STAMP) dovecot ## kill the daemon KILLS times at random moments and count what was lost (a quarter of an hour)
	$(BIN)/python -m tests.end_to_end.kills $(KILLS)

FUZZ_SECONDS ?= 600
FUZZ_TARGETS := message letter markup invite sentence answer
fuzz: $(DEV_STAMP) ## guided fuzzing with atheris (Linux), FUZZ_SECONDS in all; what it finds is written to .fuzz/
	$(PIP) install --require-hashes --no-deps -r tests/fuzz/requirements.txt
	@for target in $(FUZZ_TARGETS); do \
	  mkdir -p .fuzz/$$target; \
	  (cd .fuzz && PYTHONPATH=.. ../$(BIN)/python -m tests.fuzz.run $$target $$(( $(FUZZ_SECONDS) / $(words $(FUZZ_TARGETS)) )) $$target 2>&1 | tail -n 12); \
	done

bench: $(DEV_STAMP) dovecot bench-peers ## 100,000 messages: beside mbsync and notmuch; BENCH_ARGS="--growth --wait 10 --pushes 20", --help
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

test-systemd: $(DEV_STAMP) ## boot the units in a real systemd: start, reload, watchdog, crash, stop (root; minutes the first time)
	@for program in mmdebstrap systemd-nspawn nsenter; do command -v $$program >/dev/null || missing="$${missing:-} $$program"; done; \
	if [ -n "$${missing:-}" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap systemd-container >/dev/null || true; \
	fi
	HEARDBACK_TEST_SYSTEMD=1 $(BIN)/python -m pytest -s tests/booted $(PYTEST_ARGS)

# Real push servers: mosquitto from Debian, Matrix's synapse from PyPI into a folder of its own (fifty packages, a minute or two the first
# time, which is why `make test` does not bring it).
SYNAPSE := $(VENV)/synapse
test-receivers: $(DEV_STAMP) ## pushes at a real MQTT broker and a real Matrix server
	@if ! command -v mosquitto_sub >/dev/null || ! { command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ]; }; then \
	  as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends mosquitto mosquitto-clients >/dev/null; \
	fi
	@if ! cmp -s tests/receivers/synapse.txt $(SYNAPSE)/synapse.txt; then \
	  echo "Installing Matrix's synapse for the tests against it"; \
	  rm -rf $(SYNAPSE); $(BIN)/python -m venv $(SYNAPSE); \
	  $(SYNAPSE)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r tests/receivers/synapse.txt; \
	  cp tests/receivers/synapse.txt $(SYNAPSE)/; \
	fi
	HEARDBACK_TEST_RECEIVERS=1 $(BIN)/python -m pytest tests/receivers tests/end_to_end/test_push_wire.py $(PYTEST_ARGS)

bench-understanding: $(DEV_STAMP) ## what understanding one message costs on this machine
	$(BIN)/python -m tests.bench_understanding

# The tests against a real IMAP server need Dovecot. Where it may be installed it is; where not, they are skipped by name. In CI they
# are never skipped: a check that quietly does less than it says is worse than none.
dovecot:
	@if command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ]; then exit 0; fi; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$as_root" ] || $$as_root true 2>/dev/null; }; then \
	  echo "Installing Dovecot for the tests against a real IMAP server"; \
	  { $$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends dovecot-imapd; } >/dev/null || true; \
	fi; \
	if [ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null; then exit 0; fi; \
	if [ -n "$${CI:-}" ]; then echo "Dovecot could not be installed, and CI skips no test" >&2; exit 1; fi; \
	echo "Dovecot is missing and could not be installed: the tests that need it will be skipped (apt-get install dovecot-imapd)"

# The bench compares with mbsync (isync) and notmuch: installed where that may be, else left out by name.
bench-peers:
	@if command -v mbsync >/dev/null && command -v notmuch >/dev/null; then exit 0; fi; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$as_root" ] || $$as_root true 2>/dev/null; }; then \
	  echo "Installing isync and notmuch for the bench"; \
	  { $$as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends isync notmuch; } >/dev/null || true; \
	fi

# The tests against a Gmail emulator need npm (and node 22, which npm brings on Linux). The same rule: skipped by name where they cannot
# run, never in CI. tests/emulator pins what is installed, by version and hash; it goes into .venv.
EMULATOR := $(VENV)/gmail-emulator
gmail-emulator: | $(BIN)/python
	@if cmp -s tests/emulator/package-lock.json $(EMULATOR)/package-lock.json && [ -d $(EMULATOR)/node_modules/emulate ]; then exit 0; fi; \
	if command -v npm >/dev/null; then \
	  echo "Installing the Gmail emulator for the tests against it"; \
	  rm -rf $(EMULATOR); mkdir -p $(EMULATOR); cp tests/emulator/package.json $(EMULATOR)/; \
	  cp tests/emulator/package-lock.json $(EMULATOR)/ && \
	  npm ci --prefix $(EMULATOR) --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || rm -rf $(EMULATOR); \
	fi; \
	if [ -d $(EMULATOR)/node_modules/emulate ]; then exit 0; fi; \
	if [ -n "$${CI:-}" ]; then echo "The Gmail emulator could not be installed (npm), and CI skips no test" >&2; exit 1; fi; \
	echo "The Gmail emulator is missing and could not be installed: the tests that need it will be skipped (it needs npm)"

schema: $(DEV_STAMP) ## write config/heardback.schema.json from the code
	$(BIN)/python -m heardback.config > config/heardback.schema.json

wheel: $(DEV_STAMP) ## build dist/*.whl and *.tar.gz
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist

# --no-emit-*: nothing of the machine that made the lock may stand in it; the empty configuration keeps its indexes out of the choice.
LOCK := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null $(BIN)/python -m piptools compile \
	--quiet --no-config --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate --no-emit-options \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for editable
lock: $(DEV_STAMP) ## renew the pinned versions (UPGRADE=1: to the newest allowed)
	$(LOCK) $(if $(UPGRADE),--upgrade) --output-file requirements.txt pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	@! grep -nE '://|^-' requirements.txt requirements-dev.txt

clean: ## remove what make made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find daemon tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "heardback needs Python 3.11 or newer: make PYTHON=python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }

$(RUN_STAMP): requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements-dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(RUN_STAMP)
