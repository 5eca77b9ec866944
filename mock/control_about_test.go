package mock_test

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

func TestAbout(t *testing.T) {
	f := newFake(t)
	f.as("admin").post(f.org("invites"), `{"target_email": "grace@example.com"}`).status(http.StatusCreated)
	f.anonymous().post("/_understudy/keys", `{"user": "owner@hedgerow.example", "label": "fresh", "scopes": ["organization:read"]}`).status(201)
	about := f.anonymous().get("/_understudy/about").status(http.StatusOK)
	about.has("base_url", `"http://fake.test"`).has("sandbox", `"default"`).has("world", `"default"`).has("outside", "[]")
	about.has(`users.#(email=="admin@hedgerow.example").password`, `"understudy-admin"`)
	about.has(`users.#(email=="admin@hedgerow.example").memberships.#(slug=="hedgerow-works").level`, "8")
	about.has(`keys.#(label=="fresh").user`, `"owner@hedgerow.example"`).has(`keys.#(label=="fresh").scopes`, `["organization:read"]`)
	about.has("counts.mail", "1").has("counts.requests", "1").has("counts.faults", "0").has("counts.violations", "0")

	elsewhere := f.with("Understudy-Sandbox", "elsewhere").get("/_understudy/about").status(http.StatusOK)
	elsewhere.has("sandbox", `"elsewhere"`).has("counts.mail", "0").has("counts.sandboxes", "2")
	f.anonymous().get("/_sandbox/elsewhere/_understudy/about").status(200).has("base_url", `"http://fake.test/_sandbox/elsewhere"`)
}

// TestAboutSaysWhatIsReached makes sure that a reader learns what leaves the fake.
func TestAboutSaysWhatIsReached(t *testing.T) {
	f := newFake(t, mock.WithResolver(brokenResolver{}))
	f.anonymous().get("/_understudy/about").status(200).has("outside", `["domain verification asks real DNS"]`)
}

// TestDocuments makes sure that a tool which reads a document reaches this server.
func TestDocuments(t *testing.T) {
	for _, tc := range []struct{ name, path, server string }{
		{"the API", "/_understudy/openapi.yaml", "http://fake.test"},
		{"the control plane", "/_understudy/control.yaml", "http://fake.test/_understudy"},
		{"in a sandbox", "/_sandbox/other/_understudy/openapi.yaml", "http://fake.test/_sandbox/other"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			answer := newFake(t).anonymous().get(tc.path).status(http.StatusOK)
			document, err := openapi3.NewLoader().LoadFromData(answer.body)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(document.Servers[0].URL).To(Equal(tc.server))
			g.Expect(document.Validate(t.Context())).To(Succeed())
		})
	}
}
