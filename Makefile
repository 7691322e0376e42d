# Two commands do all the set-up: `make demo` and `make test`. Each makes .venv if it is missing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint format site reproduce docs-slow clean

demo: $(READY)
	$(BIN)/isoglot demo

# One process for each of two cores; the tests of a file stay together, for they share what is slow to make. Files come in
# the order of their names: by their number of tests, the few that train in several processes would come last.
test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The documentation as pages in site/; a link that leads nowhere ends it.
site: $(READY)
	$(BIN)/python website/build.py

# The numbers of docs/results again, on real data: needs a folder in ISOGLOT_MIRROR, and half an hour.
reproduce: $(READY)
	$(BIN)/python benchmarks/reproduce.py docs/results/zero-shot.toml

# The pages whose commands take minutes or hours, with the real encoder: all of them, or those of PAGE=docs/search.md.
docs-slow: $(READY)
	$(BIN)/python -m pytest -m slow_docs tests/test_docs_run.py -s -k '$(PAGE)'

clean:
	rm -rf $(VENV) demo site

# The stamp is written last, so an interrupted installation is done again.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[e5,dev]'
	touch $(READY)
