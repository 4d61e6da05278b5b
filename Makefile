# Everything that is done with a checkout. `make` alone lists the targets.
#
# Set-up needs python3 with its own venv and pip, nothing else. It is done once, and again only
# when pyproject.toml has changed. The corners of what is supported are a matter of variables:
#
#     make test PYTHON=python3.10 CLICK=click==8.2.0 VENV=.venv-oldest

PYTHON = python3
VENV = .venv
CLICK = click

BIN = $(VENV)/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

LINT_VENV = .venv-lint
LINT_TOOLS = ruff==0.17.6 mypy==2.4.1 types-colorama oxlint==1.89.0

BROWSER_VENV = .venv-browser
BROWSER_TOOLS = playwright==1.65.2 axe-playwright-python==0.1.8
CHROMIUM = chromium-headless-shell chromium google-chrome
FOUND = for name in $(CHROMIUM); do command -v $$name && exit; done; false

BENCH_VENV = .venv-bench
SOURCES = $(shell find threaddemo -name '*.py')

.PHONY: help demo test smoke soak bench browser lint clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo    set up $(VENV), install, and run: threaddemo fixrace --debug'
	@echo 'make test    the test suite'
	@echo 'make smoke   every demo: for real, from a seed, and under every schedule; takes seconds'
	@echo 'make soak    the tests that take longer'
	@echo 'make bench   what the tool costs, against bare scripts (QUICK=--quick: fewer rounds)'
	@echo 'make browser the pages that --export writes, in headless Chromium'
	@echo 'make lint    ruff, mypy --strict, and oxlint'
	@echo 'make clean   remove what the others made'
	@echo
	@echo 'Variables: PYTHON=$(PYTHON) VENV=$(VENV) CLICK=$(CLICK)'

demo: $(VENV)/.installed
	@$(BIN)/threaddemo fixrace --debug

# Three at a time: tests of processes mostly wait for them, those of the simulator mostly compute.
test: $(VENV)/.installed-test
	@for part in process simulation; do \
	    $(BIN)/python -m pytest tests/$$part >$(VENV)/$$part.log 2>&1 & parts="$$parts $$part:$$!"; \
	done; \
	$(BIN)/python -m pytest --ignore=tests/process --ignore=tests/simulation; failed=$$?; \
	for part in $$parts; do \
	    wait $${part#*:} || failed=$$?; cat $(VENV)/$${part%:*}.log; \
	done; exit $$failed

soak: $(VENV)/.installed-test
	@$(BIN)/python -m pytest tests/soak -s

smoke: $(VENV)/.installed
	@$(BIN)/threaddemo smoke

# Its own environment, and a Chromium: that of the system, or of Debian's packages.
browser: $(BROWSER_VENV)/.installed
	@($(FOUND)) >/dev/null || { \
	    echo 'Installing chromium-headless-shell ...'; \
	    { apt-get update -qq && \
	        apt-get install -qq --no-install-recommends chromium-headless-shell; \
	    } >$(BROWSER_VENV)/apt.log 2>&1; \
	    ($(FOUND)) >/dev/null; \
	} || { \
	    tail -n 5 $(BROWSER_VENV)/apt.log; \
	    echo 'make browser: there is no Chromium here, and apt-get has not installed one.'; \
	    echo 'If there is one elsewhere: make browser CHROMIUM=/path/to/it'; \
	    exit 1; \
	} >&2
	@CHROMIUM="$$($(FOUND))" $(BROWSER_VENV)/bin/python -m pytest tests/browser

# Not from the checkout but as users have it: an editable install makes every start-up slower.
bench: $(BENCH_VENV)/.installed
	@$(BENCH_VENV)/bin/python tests/bench.py $(QUICK)

lint: $(LINT_VENV)/.installed
	@$(LINT_VENV)/bin/ruff check threaddemo tests
	@$(LINT_VENV)/bin/ruff format --check threaddemo tests
	@$(LINT_VENV)/bin/mypy --strict
	@$(LINT_VENV)/bin/oxlint --quiet --deny-warnings threaddemo/output/page

clean:
	rm -rf $(VENV) .venv-* .*_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml
	@echo 'Setting up $(VENV) ...'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) '$(CLICK)' --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(INSTALL) '$(CLICK)' --editable '.[test]'
	@touch $@

$(LINT_VENV)/.installed: pyproject.toml Makefile
	@echo 'Setting up $(LINT_VENV) ...'
	@$(PYTHON) -m venv --clear $(LINT_VENV)
	@$(INSTALL:$(BIN)/%=$(LINT_VENV)/bin/%) $(LINT_TOOLS) --editable '.[test]'
	@touch $@

$(BROWSER_VENV)/.installed: pyproject.toml Makefile
	@echo 'Setting up $(BROWSER_VENV) ...'
	@$(PYTHON) -m venv --clear $(BROWSER_VENV)
	@$(INSTALL:$(BIN)/%=$(BROWSER_VENV)/bin/%) $(BROWSER_TOOLS) --editable '.[test]'
	@touch $@

$(BENCH_VENV)/.installed: pyproject.toml $(SOURCES)
	@echo 'Setting up $(BENCH_VENV) ...'
	@test -x $(BENCH_VENV)/bin/pip || $(PYTHON) -m venv --clear $(BENCH_VENV)
	@$(INSTALL:$(BIN)/%=$(BENCH_VENV)/bin/%) --upgrade --force-reinstall .
	@touch $@
