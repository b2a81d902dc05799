# Thin: every target makes sure of the virtual environment, then runs one command in it.

PYTHON ?= python3
UV ?= uv
JOBS ?= 2
VENV := $(or $(PARLEY_VENV),.venv)
BIN := $(VENV)/bin
# A run is many processes, and without its bytecode kept each of them compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help ready ready-to-demo ready-to-test ready-to-bench ready-for-screenshots demo serve screenshots test faults fuzz audit check bench format lock

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

ready: ## Make the virtual environment, or see in a moment that it is there
	@$(PYTHON) tools/bootstrap.py

ready-to-demo:
	@$(PYTHON) tools/bootstrap.py demo

ready-to-test:
	@$(PYTHON) tools/bootstrap.py test

demo: ready-to-demo ## Take a real agreement through its life, in words
	@$(BIN)/parley demo

serve: ready ## Serve the API on the embedded database
	@$(BIN)/parley serve

ready-for-screenshots:
	@$(PYTHON) tools/bootstrap.py screenshots

screenshots: ready-for-screenshots ## Take a picture of every page of the workspace
	@$(BIN)/python tools/screenshots.py

test: ready-to-test ## Run every test
	@$(BIN)/pytest -n $(JOBS)

faults: ready-to-test ## Try every fault until ACKS commands (1000) are acknowledged under each
	@FAULTS_ACKS=$(or $(ACKS),1000) $(BIN)/pytest -q -n $(JOBS) tests/faults

fuzz: ready-to-test ## Fuzz each parser of strangers' bytes, SECONDS long (120); then the API, as long
	@mkdir -p build; for target in $$(PYTHONPATH=.:src:tests $(BIN)/python -m security.fuzzing.targets); do \
		echo "$$target"; \
		PYTHONPATH=.:src:tests $(BIN)/python -m security.fuzzing $$target $(or $(SECONDS),120) \
			> build/fuzz-$$target.log 2>&1 || { tail -40 build/fuzz-$$target.log; exit 1; }; \
	done
	@FUZZ_SECONDS=$(or $(SECONDS),120) $(BIN)/pytest -q tests/security/test_stateful.py

audit: ## Ask for known weaknesses of what is locked; says so if nobody can be asked (needs uv)
	@UV="$(UV)" $(PYTHON) tools/audit.py

check: ready-to-test ## Format, lint, types, layers, architecture and stale documents
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q tests/architecture

ready-to-bench:
	@$(PYTHON) tools/bootstrap.py bench
	@$(BIN)/python tools/peers.py

bench: ready-to-bench ## Measure everything, or PARTS; ARGS="--quick" takes minutes
	@$(BIN)/python -m benchmarks $(PARTS) $(ARGS)

format: ready ## Put the source in order
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: ## Pin what pyproject.toml and requirements/*.in ask for (needs uv)
	@$(COMPILE) pyproject.toml requirements/build.in -o requirements/runtime.txt
	@$(COMPILE) pyproject.toml requirements/build.in requirements/dev.in \
		-c requirements/runtime.txt -o requirements/dev.txt
	@$(COMPILE) requirements/peers.in -c requirements/dev.txt -o requirements/peers.txt
