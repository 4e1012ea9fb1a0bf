# Bancada's front door for builders: `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
BANCADA := .build/release/bancada
# One configuration for the demo, the tests and the timings: its objects are reused.
CHECKED := --explicit-target-dependency-import-check error
BUILD := swift build -c release --build-tests $(CHECKED)
TEST := swift test -c release --disable-testable-imports --skip-build $(CHECKED)
VERSION = $(shell sed -n 's/.*let version = "\(.*\)".*/\1/p' Sources/CLI/BuildInfo.swift)

.PHONY: demo test build setup install uninstall check interop torture bench dist clean help

demo: build ## install what is missing, build, and run the whole loop on real data
	@$(BANCADA) demo

test: build ## install what is missing, build, and run the tests
	@bash .ci/setup curl python3
	@$(TEST)
	@python3 Tests/Interop/durability.py "$(BANCADA)" --kills 10

build: setup ## build everything, optimised
	@$(BUILD)

setup: ## install the system packages that are missing (Debian, Ubuntu)
	@bash .ci/setup

install: build ## copy the executable and shell completions to PREFIX (/usr/local)
	@bash .ci/install "$(BANCADA)" "$(DESTDIR)$(PREFIX)"

uninstall: ## remove what `install` copied
	@bash .ci/install --remove "$(DESTDIR)$(PREFIX)"

check: ## format, layout, sizes, documentation: OK or FAILED a line
	@bash .ci/check

interop: build ## real clients from PyPI against the server, in a private environment
	@bash Tests/Interop/run.sh "$(BANCADA)"

torture: build ## kill -9 at 200 random moments of the demo and of a server under load, 50 of a pipeline
	@BANCADA_TORTURE=1 $(TEST) --filter Torture
	@python3 Tests/Interop/durability.py "$(BANCADA)" --kills 200
	@python3 Tests/Interop/mlflow_fuzz.py "$(BANCADA)" --seconds 300

bench: build ## the timings, as a table
	@bash Tests/Benchmarks/run.sh "$(BANCADA)"

dist: build ## dist/bancada-VERSION-SYSTEM.tar.gz: one stripped binary, licences, checksum
	@bash .ci/dist "$(BANCADA)" "$(VERSION)"

clean: ## remove build products; workspaces stay
	@rm -rf .build dist Tests/Interop/.venv

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
