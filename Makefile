# What each target needs is set up in .venv on first use, from the lock files in requirements/.
# Another Python: make PYTHON=/path/to/python3.12 demo

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
SET_UP := VENV="$(abspath $(VENV))" $(PYTHON) tools/set_up.py
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: ## appraise the China-Kyrgyzstan-Uzbekistan railway on the built-in data
	@$(SET_UP) run
	@echo "3/3 torugart appraise cku"
	@$(BIN)/torugart appraise cku

test: ## run the tests
	@$(SET_UP) dev
	@echo "3/3 pytest"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile $(PYTEST_ARGS)

check: ## lint, format and types
	@$(SET_UP) dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: ## put the code in order
	@$(SET_UP) dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: ## run the benchmarks
	@$(SET_UP) dev
	$(BIN)/python -m benchmarks

lock: ## renew the lock files from pyproject.toml (needs uv)
	$(UV) pip compile pyproject.toml --group build $(LOCK) -o requirements/run.txt
	$(UV) pip compile pyproject.toml --group dev $(LOCK) -c requirements/run.txt -o requirements/dev.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

clean: ## remove the environment and everything made by tools
	rm -rf $(VENV) build dist torugart-out .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find src tests -name __pycache__ -prune -exec rm -rf {} +
