# The commands of Gatehouse. `make demo` and `make test` are the only two one needs.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help up down logs status demo test audit faults serve evaluate

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

up: ## start Odoo, n8n, the sidecar and the partners natively (PROFILE=scale: several processes of each)
	@$(PYTHON) -m stack up $(if $(PROFILE),--profile $(PROFILE))

down: ## end what `make up` started; data stay (PURGE=1 deletes them)
	@$(PYTHON) -m stack down $(if $(PURGE),--purge)

logs: ## follow the logs
	@$(PYTHON) -m stack logs

status: ## what runs
	@$(PYTHON) -m stack status

demo: ## the main job, narrated; leaves the stack up
	@$(PYTHON) -m stack up && "$$($(PYTHON) -m stack python)" -m stack.demo

test: ## every test, on a stack of its own
	@$(PYTHON) -m stack.testrun

audit: ## known vulnerabilities of every locked package; needs the advisory services of PyPI and npm
	@$(PYTHON) -m stack audit

faults: ## break the running stack on purpose and check what is left: make faults ARGS="--events 300 --seed 1 --minutes 3"
	@$(PYTHON) -m stack up && $(PYTHON) -m stack faults $(ARGS)

evaluate: ## measure every subject beside its peers: make evaluate DATA=folder [ONLY=orders] [WRITE=models: into their cards]
	@test -n "$(DATA)" || { echo "name the folder of labelled files: make evaluate DATA=folder (docs/models.md)"; exit 2; }
	@"$$($(PYTHON) -m stack python)" -m sidecar.training.table "$(DATA)" $(if $(WRITE),--write "$(WRITE)") $(if $(ONLY),--only "$(ONLY)")

serve: ## the scoring API alone: SQLite, bundled models, nothing else
	@$(PYTHON) -m stack serve
