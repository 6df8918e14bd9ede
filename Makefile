# make demo: classify a sample policy · make test: the tests · make check: lint, types, imports · make train: the shipped model
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

SAMPLE := data/policies/sample.txt

.PHONY: demo test check train clean

demo: .venv/core
	$(BIN)/bangchim classify $(SAMPLE)

test: .venv/dev
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: .venv/dev
	$(BIN)/bangchim-train pretrain training/configs/pretrain.toml
	$(BIN)/bangchim-train finetune training/configs/finetune.toml
	$(BIN)/bangchim-train finetune training/configs/continue.toml

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	touch $@ .venv/core

clean:
	rm -rf .venv runs .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
