# Everything that a person or a machine does here has one word: `make` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Only wheels whose hash the lock knows: an sdist would fetch unpinned build tools.
INSTALL := $(BIN)/python -m pip --quiet --disable-pip-version-check install
LOCKED := $(INSTALL) --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links
RUNTIME_LOCKS := requirements/build.txt requirements/runtime.txt
# What the runtime of AWS Lambda brings.
IN_LAMBDA := boto3 botocore python-dateutil s3transfer six urllib3
# Microsoft's emulator of storage and its worker of functions, for tests of azure/, and somebody's
# emulator of Firestore, for tests of gcp/.
FROM_NPM := $(VENV)/azurite.stamp $(VENV)/firestore-emulator.stamp
EMULATORS := $(FROM_NPM) $(VENV)/azure-functions-runtime.stamp
# Each writes its pages under docs/, and with --check says instead which page is stale.
GENERATORS := $(sort $(wildcard docs/generate_*.py))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test fuzz check format-check lint types drift docs format lock bench quality terraform package smoke-aws clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1 - /p' Makefile

demo: $(VENV)/project.stamp ## replay examples/ and print the stories
	@$(BIN)/tidewaiter replay examples

test: $(VENV)/dev.stamp $(EMULATORS) ## run every test, with branch coverage
	@$(BIN)/python -m pytest --quiet --numprocesses auto --dist worksteal --cov

fuzz: $(VENV)/dev.stamp ## try 20,000 damaged records of every source
	@$(BIN)/python -m pytest --quiet --numprocesses auto --hypothesis-profile=fuzz \
		tests/sources/test_damage.py

check: format-check lint types drift test ## all that CI does

terraform: $(VENV)/dev.stamp ## format, validate, plan and test infra/, and match its patterns (part of test)
	@$(BIN)/python -m pytest --quiet -rs tests/infra

format-check: $(VENV)/dev.stamp
	@$(BIN)/ruff format --diff .

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check --quiet .

types: $(VENV)/dev.stamp
	@$(BIN)/mypy --no-error-summary

drift: $(VENV)/dev.stamp
	@set -e; for page in $(GENERATORS); do $(BIN)/python $$page --check; done

docs: $(VENV)/dev.stamp ## write the generated pages anew
	@set -e; for page in $(GENERATORS); do $(BIN)/python $$page; done

format: $(VENV)/dev.stamp ## format, and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

lock: $(VENV)/dev.stamp ## renew requirements/ from pyproject.toml
	@$(COMPILE) --upgrade --group build --output-file requirements/build.txt
	@$(COMPILE) --upgrade --extra cli --extra fast --extra geo \
		--output-file requirements/runtime.txt pyproject.toml
	@$(COMPILE) --upgrade --extra aws --extra fast --extra geo \
		--constraint requirements/runtime.txt $(IN_LAMBDA:%=--no-emit-package %) \
		--output-file requirements/aws.txt pyproject.toml
	@$(COMPILE) --upgrade --extra azure --extra fast --extra geo \
		--constraint requirements/runtime.txt --output-file requirements/azure.txt pyproject.toml
	@$(COMPILE) --upgrade --extra gcp --extra fast --extra geo \
		--constraint requirements/runtime.txt --output-file requirements/gcp.txt pyproject.toml
	@$(COMPILE) --upgrade --group build --group dev --all-extras \
		$(RUNTIME_LOCKS:%=--constraint %) --constraint requirements/aws.txt \
		--constraint requirements/azure.txt --constraint requirements/gcp.txt \
		--output-file requirements/dev.txt pyproject.toml
	@$(COMPILE) --upgrade --group event-matcher --output-file requirements/event-matcher.txt

bench: $(VENV)/dev.stamp ## measure the speed of replay, and a cold start
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.cold_start

quality: $(VENV)/dev.stamp ## measure what is found, and what is told in vain
	@$(BIN)/python -m benchmarks.quality --seeds 5

package: $(VENV)/dev.stamp ## build the zips of the cloud functions in dist/
	@$(BIN)/python -m deploy.package aws
	@$(BIN)/python -m deploy.package azure
	@$(BIN)/python -m deploy.package gcp

smoke-aws: $(VENV)/dev.stamp ## give the deployed function a harmless implant, and see the mail
	@$(BIN)/python -m deploy.smoke_aws $(if $(NAME),--name $(NAME))

clean: ## remove what the other targets made
	@rm -rf $(VENV) build dist *.egg-info core/*.egg-info .coverage .coverage.* .hypothesis
	@rm -rf .mypy_cache .pytest_cache .ruff_cache
	@find core aws azure gcp tests benchmarks docs -type d -name __pycache__ -prune -exec rm -rf {} +

# Changed locks make the environment anew, so that nothing dropped from them lingers.
$(VENV)/runtime.stamp: $(RUNTIME_LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
		"Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	@echo "Setting up $(VENV) ..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(LOCKED) $(RUNTIME_LOCKS:%=--requirement %)
	@touch $@

$(VENV)/project.stamp: $(VENV)/runtime.stamp pyproject.toml
	@$(INSTALL) --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/project.stamp requirements/dev.txt
	@$(LOCKED) --requirement requirements/dev.txt
	@touch $@

$(FROM_NPM): $(VENV)/%.stamp: $(VENV)/project.stamp requirements/%/package-lock.json
	@mkdir -p $(VENV)/$*
	@cp requirements/$*/package.json requirements/$*/package-lock.json $(VENV)/$*
	@cd $(VENV)/$* && npm ci --silent --omit=dev --ignore-scripts --no-audit --no-fund
	@touch $@

# Said to need a newer Python, it runs on ours, too; beside it lie the messages of its protocol.
$(VENV)/azure-functions-runtime.stamp: $(VENV)/project.stamp requirements/azure-functions-runtime.txt
	@$(LOCKED) --no-deps --ignore-requires-python --upgrade --target $(VENV)/azure-functions-runtime \
		--requirement requirements/azure-functions-runtime.txt
	@touch $@
