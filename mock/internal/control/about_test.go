package control_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestAbout(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Post(f.Org("invites"), `{"target_email": "grace@example.com"}`).Status(http.StatusCreated)
	f.Anonymous().Post("/_understudy/keys", `{"user": "owner@hedgerow.example", "label": "fresh", "scopes": ["organization:read"]}`).Status(201)
	about := f.Anonymous().Get("/_understudy/about").Status(http.StatusOK)
	about.Has("base_url", `"http://fake.test"`).Has("sandbox", `"default"`).Has("world", `"default"`).Has("outside", "[]")
	about.Has(`users.#(email=="admin@hedgerow.example").password`, `"understudy-admin"`)
	about.Has(`users.#(email=="admin@hedgerow.example").memberships.#(slug=="hedgerow-works").level`, "8")
	about.Has(`keys.#(label=="fresh").user`, `"owner@hedgerow.example"`).Has(`keys.#(label=="fresh").scopes`, `["organization:read"]`)
	about.Has("counts.mail", "1").Has("counts.requests", "1").Has("counts.faults", "0").Has("counts.violations", "0")

	elsewhere := f.With(mocktest.SandboxHeader, "elsewhere").Get("/_understudy/about").Status(http.StatusOK)
	elsewhere.Has("sandbox", `"elsewhere"`).Has("counts.mail", "0").Has("counts.sandboxes", "2")
	f.Anonymous().Get("/_sandbox/elsewhere/_understudy/about").Status(200).Has("base_url", `"http://fake.test/_sandbox/elsewhere"`)
}

// unusedResolver is a resolver that nobody asks.
type unusedResolver struct{}

func (unusedResolver) LookupTXT(context.Context, string) ([]string, error) { return nil, nil }

// TestAboutSaysWhatIsReached makes sure that a reader learns what leaves the fake.
func TestAboutSaysWhatIsReached(t *testing.T) {
	f := mocktest.New(t, mock.WithResolver(unusedResolver{}))
	f.Anonymous().Get("/_understudy/about").Status(200).Has("outside", `["domain verification asks real DNS"]`)
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
			answer := mocktest.New(t).Anonymous().Get(tc.path).Status(http.StatusOK)
			document, err := openapi3.NewLoader().LoadFromData(answer.Body)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(document.Servers[0].URL).To(Equal(tc.server))
			g.Expect(document.Validate(t.Context())).To(Succeed())
		})
	}
}
