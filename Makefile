# Lắng Nghe. `make` alone lists what there is; only Python >= 3.11, make and a package index are needed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check lock vendored format lint types imports content files load load-desk load-telephone load-rasa screenshots image clean

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# Stamps carry the lock they were made from: the second run only compares two dates.
READY_TO_RUN := $(VENV)/.ready-to-run
READY_TO_TEST := $(VENV)/.ready-to-test
NODE_TOOLS := tests/node_modules/.ready
PIP := $(PY) -m pip --disable-pip-version-check --quiet
UV := $(shell command -v uv 2>/dev/null)
# Arguments of pytest, and of the load bench: make test ARGS="tests/nlu -x", make load ARGS="--sessions 16"
ARGS :=
# Tests run side by side, a file always in one process; more than four wait for each other.
JOBS := $(shell n=$$(nproc 2>/dev/null || echo 1); [ "$$n" -le 4 ] || n=4; echo "$$n")

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(READY_TO_RUN) ## Prepare everything and start the service on http://127.0.0.1:8080
	@exec $(PY) -m intake.cli serve

test: $(READY_TO_TEST) node-tools ## Run every test that this machine can run, and say what is left out
	@.ci/missing before
	@$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS); status=$$?; .ci/missing after; exit $$status

check: $(READY_TO_TEST) format lint types imports content files ## Format, lint, types, import contracts, content, locks, vendored files

format:
	$(PY) -m ruff format --check .

lint:
	$(PY) -m ruff check .

types:
	$(PY) -m mypy

imports:
	$(BIN)/lint-imports --no-cache

content:
	$(PY) -m intake.cli content check

files:
	$(PY) -m pytest -q tests/test_architecture.py tests/test_project.py

load: $(READY_TO_TEST) ## Measure the service under load (AGAINST=URL compares with a Rasa REST bot)
	@$(PY) -m tests.load $(if $(AGAINST),--against $(AGAINST)) $(ARGS)

load-desk: $(READY_TO_TEST) ## Measure the desk with 100,000 tickets (ARGS="--tickets 3000 --messages 30000" is faster)
	@$(PY) -m tests.load.desk $(ARGS)

load-telephone: $(READY_TO_TEST) ## Measure the telephone: 50 calls at once, and from the alarm to the first ring
	@$(PY) -m tests.load.telephone $(ARGS)

load-rasa: ## Install, train and run the comparison bot (Python 3.10) on 127.0.0.1:5005
	@exec tests/load/rasa_bot/start

screenshots: $(READY_TO_TEST) ## Pictures of stories (390 px), of every console page and of the handbook (ARGS="console --only rota --dark")
	@$(PY) -m tests.screenshots $(ARGS)

lock: ## Write both lock files anew (needs uv); UPGRADE=1 takes the newest versions
	@test -n "$(UV)" || { echo "make lock needs uv on the PATH: pip install uv"; exit 1; }
	@.ci/lock "$(UV)" $(if $(UPGRADE),--upgrade)

vendored: ## Write the list of other people's files (.ci/vendored.sha256) anew
	@find bot intake nlu storage -type f \( -path '*/vendor/*' -o -name '*.woff2' -o -name '*.woff' -o -name '*.ttf' \) \
		| LC_ALL=C sort | xargs sha256sum > .ci/vendored.sha256

image: ## Build the container image (needs Docker)
	docker build -f docker/Dockerfile -t langnghe .

clean: ## Remove the environments and caches; the data folder var/ stays
	rm -rf $(VENV) .rasa-venv tests/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(PY):
	@python=$$(.ci/find-python) && echo "Making $(VENV)/ with $$python" && "$$python" -m venv $(VENV)

# setuptools is in the lock, so nothing unhashed is fetched for the editable install.
$(READY_TO_RUN): requirements.txt pyproject.toml | $(PY)
	@echo "Installing what the service needs (once) …"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(READY_TO_TEST): requirements-dev.txt requirements.txt pyproject.toml | $(PY)
	@echo "Installing what the tests need (once) …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(READY_TO_RUN) $@

.PHONY: node-tools
node-tools:
	@if command -v npm >/dev/null 2>&1 && [ -f tests/package.json ]; then \
		$(MAKE) --no-print-directory $(NODE_TOOLS); \
	fi

$(NODE_TOOLS): tests/package.json $(wildcard tests/package-lock.json)
	@echo "Installing the npm tools of the tests (once) …"
	@cd tests && if [ -f package-lock.json ]; then npm ci --no-audit --no-fund --loglevel=error; \
		else npm install --no-package-lock --no-audit --no-fund --loglevel=error; fi
	@touch $@
