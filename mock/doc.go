// Package mock is a stateful, in-memory fake of the PostHog Organizations REST
// API: domains, identity provider configs, organization integrations, invites and
// what they need around them.
//
// In a Go test, [Start] gives a running server that stops with the test:
//
//	fake := mock.Start(t)
//	key, err := fake.Key("organization:read")
//	client := NewClient(fake.URL, key)
//
// Anywhere else, [New] gives an [http.Handler]. Both start from a fixture world
// (package fixtures), keep everything in memory and need no network.
//
// # How a request is answered
//
// limits and host check → route → authenticate → scope → organization → key's
// limits → membership → level → recent login → object → decode → validate →
// change → render. The order is the real API's. Which operations there are, what
// they ask of the caller and what their fields look like is read from package
// spec; each resource has one file that holds its rules and nothing else:
// domains.go, identity_provider_configs.go, integrations.go, invites.go,
// scim_logs.go, organizations.go, users.go, sessions.go.
//
// Identity providers reach the SCIM server of a domain under /scim/v2/{domain_id}/.
// It has a pipeline of its own, in scim_server.go: media type → token → operation →
// log; its rules are in scim_users.go, scim_groups.go and the files beside them.
//
// A request runs in one transaction: it changes everything that it should, or
// nothing. Two servers with the same world, seed, clock and calls answer with the
// same bytes.
package mock
