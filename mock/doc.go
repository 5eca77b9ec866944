// Package mock is a stateful, in-memory fake of the PostHog Organizations REST API:
// domains, identity provider configs, organization integrations, invites and what they
// need around them.
//
// In a Go test, [Start] gives a running server that stops with the test:
//
//	fake := mock.Start(t)
//	key, err := fake.Key("organization:read")
//	client := NewClient(fake.URL, key)
//
// Anywhere else, [New] gives an [http.Handler]. Both start from a fixture world (package
// fixtures), keep everything in memory and need no network. Options, such as [WithWorld],
// [WithClock] and [WithRateLimits], change how the fake behaves.
//
// The API has revisions, which [Revisions] lists. [WithRevision] chooses the one that a server
// plays; [Sandbox.MoveTo] moves a sandbox to a later one with its state, as the upgrade of a
// deployment does. Answers name theirs in the header Understudy-Revision.
//
// A [Server] has sandboxes, each with a state of its own. A [Sandbox] can be reset, forked
// and rewound; it remembers its requests and its mail; it applies a [Fault] to the calls
// that match it. Programs that are not written in Go do the same with the control plane
// under /_understudy/.
//
// # How a request is answered
//
// This package is what its users see. The rest is in packages below mock/internal:
//
//	mock          options, Server, Sandbox
//	  │
//	server        host, origin, choice of the sandbox, router;
//	  │           contract guard, faults and journal around each operation
//	  ├── api           the REST API, /api/: checks in the real API's order, then the operation
//	  ├── scimserver    the SCIM server, /scim/v2/{domain_id}/
//	  └── control       the control plane, /_understudy/
//	        │
//	exchange      what is known of the request: sandbox, caller, steps
//	  │
//	sandbox       what has state: store, clock, identifiers, snapshots, journal
//	  │
//	worldfile     fixture worlds into tables, and back
//	  │
//	world         tables, transactions, rules of the models
//
// Each package imports only those below it. Which operations there are, what they ask of
// the caller and what their fields look like is read from package spec; each resource has
// one file in package api with its rules.
//
// A request runs in one transaction: it changes everything that it should, or nothing. Two
// servers with the same world, seed, clock and calls answer with the same bytes.
package mock
