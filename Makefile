# The few things that are done by hand and by CI alike.

GO ?= go

.PHONY: test race lint lint-spec conformance mutants clients fuzz bench build dashboard-vendored

test: ## every test, no network needed
	$(GO) test ./...

race: ## every test under the race detector; vet runs with make test
	CGO_ENABLED=1 $(GO) test -race -vet=off -timeout 30m ./...

lint: ## format, vet, staticcheck and other linters, as .golangci.yml has them
	$(GO) tool -modfile=.ci/tools/go.mod golangci-lint run --allow-parallel-runners $(LINTFLAGS) ./...

lint-spec: ## a public linter over the OpenAPI documents, those of all revisions; needs node
	npm ci --prefix spec/lint --no-audit --no-fund --silent
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	for overlay in spec/revisions/20*.yaml; do \
		revision=$$(basename "$$overlay" .yaml); \
		$(GO) run ./cmd/understudy spec --revision "$$revision" > "$$folder/openapi-$$revision.yaml" || exit 1; \
	done && \
	REDOCLY_TELEMETRY=off spec/lint/node_modules/.bin/redocly lint --config spec/lint/redocly.yaml \
		spec/openapi.yaml spec/control.yaml "$$folder"/*.yaml

# The revisions of the API, oldest first.
REVISIONS = $$($(GO) run ./cmd/understudy revisions | sed -n 's/^\(20[0-9-]*\) .*/\1/p')

conformance: ## the suite against the embedded fake of each revision
	@for revision in $(REVISIONS); do \
		echo "revision $$revision" && $(GO) run ./cmd/understudy verify --revision "$$revision" || exit 1; \
	done

mutants: ## the suite against the embedded fake of each revision with each defect that it can have: less than a minute each
	@for revision in $(REVISIONS); do \
		echo "revision $$revision" && $(GO) run ./cmd/understudy verify --mutants --revision "$$revision" || exit 1; \
	done

clients: build ## programs written against the real API, unmodified, against the fake; needs node
	npm ci --prefix conformance/clients --silent
	npm test --prefix conformance/clients --silent

FUZZTIME ?= 10s
fuzz: ## every fuzz target for FUZZTIME each; without optimisation, which takes longer than it gains
	@grep -rEo --include='*_test.go' '^func Fuzz[[:alnum:]_]*' . | sort | \
	while IFS=: read -r file function; do \
		package=$$(dirname "$$file") target=$${function#func }; \
		echo "$$package $$target"; \
		$(GO) test -vet=off -gcflags='all=-N -l' -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x "$$package" </dev/null || exit 1; \
	done

bench: ## the benchmarks behind the figures of the README
	$(GO) test -run '^$$' -bench . -benchmem ./mock/...

DASHBOARD := mock/internal/dashboard/vendored
dashboard-vendored: ## what the dashboard takes from npm, copied anew as package.json pins it; needs node
	npm ci --prefix $(DASHBOARD) --silent
	node $(DASHBOARD)/renew.mjs

build: ## one static binary in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o bin/understudy ./cmd/understudy
