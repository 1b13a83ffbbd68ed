# Everything is installed into .venv, which is made at need: only make, a Python >= 3.11 and a package
# index are asked for. Stamp files in .venv say what is installed, so that a second run starts at once.

# The commands to try, best first; name your own with: make demo PYTHON=/path/to/python
PYTHON ?= python3.13 python3.12 python3.11 python3

# The first that runs (a version manager's stand-in may exist and fail), is new enough and can make a .venv;
# "no-venv" where one is new enough and none can.
found_python = $(shell answer=; for python in $(PYTHON); do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	answer=no-venv; \
	$$python -c 'import venv, ensurepip' >/dev/null 2>&1 || continue; \
	answer=$$python; break; \
	done; echo $$answer)

# One line, and make stops: no recipe is started that cannot succeed.
no_python = whygrad needs Python 3.11 or newer, and none was found (tried: $(PYTHON)). Name yours with: make PYTHON=/path/to/python
no_venv = Python is here, but not its venv module. Install it (Debian and Ubuntu: the package python3-venv) and try again
usable_python = $(if $(subst no-venv,,$(1)),$(1),$(error $(if $(1),$(no_venv),$(no_python))))

# $(call install,WHAT,EXTRAS): whygrad itself is installed in place, so edits need no second run.
define install
@echo "Installing $(1) into .venv (once)"
@.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --editable '.$(2)'
endef
comma := ,

.PHONY: help demo test corpus bench bench-page docs lint page check-page clean
.NOTPARALLEL:

help:
	@echo "make demo    see what whygrad does"
	@echo "make test    run the tests             (some of them: make test ARGS='-k softmax')"
	@echo "make corpus  check many programs with known mistakes   (more: make corpus ARGS='--planted 2000 --verbose')"
	@echo "make bench   time it against its peers"
	@echo "make docs    write docs/rules.md, errors.md and mistakes.md anew from the code"
	@echo "make lint    check style and types"
	@echo "make page    build the page from web/   (needs Node 20; nothing else does)"
	@echo "make clean   remove .venv and everything else that was made"

demo: .venv/.with-runtime
	@.venv/bin/whygrad demo

test: .venv/.with-test
	@.venv/bin/python -m pytest -q -rs -n auto --maxprocesses 2 $(ARGS)

corpus: .venv/.with-test
	@.venv/bin/python tests/check/corpus.py $(ARGS)

bench: .venv/.with-bench
	@.venv/bin/python benchmarks/spine.py $(ARGS)

bench-page: .venv/.with-browser
	@.venv/bin/python benchmarks/page.py $(ARGS)

docs: .venv/.with-test
	@.venv/bin/python docs/pages.py

lint: .venv/.with-test
	@.venv/bin/ruff check --quiet; style=$$?; .venv/bin/mypy && exit $$style

page: web/node_modules/.package-lock.json
	@cd web && npm run --silent build

check-page: web/node_modules/.package-lock.json
	@cd web && npm run --silent check && npm test --silent

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "Installing what builds the page into web/node_modules (once)"
	@cd web && npm ci --silent --no-audit --no-fund
	@touch $@

clean:
	@rm -rf web/node_modules .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis whygrad-demo.html
	@find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.with-runtime: .venv/.home pyproject.toml
	$(call install,whygrad and what it needs)
	@touch $@

.venv/.with-test: .venv/.home pyproject.toml
	$(call install,whygrad and what its tests need,[test])
	@touch $@ .venv/.with-runtime

.venv/.with-browser: .venv/.home pyproject.toml
	$(call install,whygrad and what the tests of its page need,[test$(comma)browser])
	@touch $@ .venv/.with-runtime .venv/.with-test

.venv/.with-bench: .venv/.home pyproject.toml
	$(call install,whygrad and what its benchmarks need,[bench])
	@touch $@ .venv/.with-runtime

# .home names the folder that the .venv was made in. One that was copied or moved would still run the code
# of the old folder, and one whose Python is gone runs nothing: both are made anew.
ifneq "$(shell test -x .venv/bin/python && cat .venv/.home 2>/dev/null)" "$(CURDIR)"
.PHONY: .venv/.home
endif

.venv/.home:
	@python='$(call usable_python,$(found_python))'; \
	echo "Making .venv with $$python"; \
	$$python -m venv --clear .venv
	@echo "$(CURDIR)" > $@
