package dashboard_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/net/html"
)

// fill makes something happen that each page has to show.
func (s *site) fill() {
	s.t.Helper()
	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace@example.com", "first_name": "Grace", "message": "Come & see."}`)
	s.call(http.MethodGet, "/api/organizations/@current/domains/?colour=red", "")
	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace+tag@example.com"}`)
	s.call(http.MethodPost, "/_understudy/snapshots", `{"name": "before-the-invite"}`)
	s.call(http.MethodPost, "/_understudy/sandboxes", `{"name": "checkout-test"}`)
	s.call(http.MethodPost, "/_understudy/faults", `{"operation": "invites_*", "status": 503, "latency": "1ms"}`)
	s.call(http.MethodDelete, "/api/organizations/@current/integrations/01900000-0006-7000-8000-000000000002/", "")
}

// TestEveryPage follows every link of the dashboard, from the first page on.
func TestEveryPage(t *testing.T) {
	for _, tc := range []struct{ name, prefix string }{
		{"in the default sandbox", ""},
		{"in another sandbox", "/_sandbox/other"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSite(t, tc.prefix)
			s.fill()
			base := tc.prefix + "/_understudy/"
			seen := map[string]bool{}
			for next := []string{base}; len(next) > 0; next = next[1:] {
				address, _, _ := strings.Cut(next[0], "#")
				if seen[address] || streams(address) {
					continue
				}
				seen[address] = true
				response, body := s.do(http.MethodGet, s.fake.URL+address, "", "")
				g.Expect(response).To(HaveHTTPStatus(http.StatusOK), "%s: %.300s", address, body)
				if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") || strings.HasSuffix(address, "/body") {
					continue
				}
				page := parse(t, body)
				checkPage(g, response, page, address)
				for _, link := range links(page, response.Request.URL) {
					if link.Host == response.Request.URL.Host && strings.HasPrefix(link.Path, base) {
						next = append(next, link.RequestURI())
					}
				}
			}
			for _, page := range []string{
				"", "ui/requests", "ui/requests/1", "ui/violations", "ui/faults", "ui/rate-limits", "ui/organizations", "ui/organizations/hedgerow-works", "ui/people",
				"ui/outbox", "ui/outbox?message=1", "ui/dns", "ui/upstream", "ui/clock", "ui/snapshots", "ui/sandboxes", "ui/documents", "ui/documents?of=control",
				"openapi.yaml", "control.yaml", "world?format=json", "requests/export?format=har",
			} {
				g.Expect(seen).To(HaveKey(base+page), "no link leads there")
			}
		})
	}
}

// streams tells addresses whose answer does not end.
func streams(address string) bool { return strings.Contains(address, "/requests/stream") }

// links are the addresses that a page names: to go to, or to load.
func links(page *html.Node, from *url.URL) (found []*url.URL) {
	for _, node := range all(page, "") {
		for _, name := range []string{"href", "src", "action"} {
			if name == "action" && attribute(node, "method") != "get" {
				continue
			}
			if to, err := from.Parse(attribute(node, name)); err == nil && attribute(node, name) != "" {
				found = append(found, to)
			}
		}
	}
	return found
}

// checkPage holds a page against what every page keeps to.
func checkPage(g *WithT, response *http.Response, page *html.Node, address string) {
	base, _, _ := strings.Cut(address, "/_understudy/")
	base += "/_understudy/"
	csp := response.Header.Get("Content-Security-Policy")
	g.Expect(csp).To(And(ContainSubstring("default-src 'none'"), ContainSubstring("script-src 'self';")), address)
	g.Expect(attribute(all(page, "html")[0], "lang")).To(Equal("en"), address)
	g.Expect(text(all(page, "title")[0])).To(HaveSuffix("· understudy"), address)
	g.Expect(all(page, "h1")).To(HaveLen(1), address)
	g.Expect(all(page, "main")).To(HaveLen(1), address)
	ids := map[string]bool{}
	for _, node := range all(page, "") {
		where := address + ": <" + node.Data + "> " + text(node)
		if id := attribute(node, "id"); id != "" {
			g.Expect(ids).NotTo(HaveKey(id), "%s: the id %s is there twice", address, id)
			ids[id] = true
		}
		g.Expect(has(node, "style")).To(BeFalse(), where)
		for _, a := range node.Attr {
			g.Expect(a.Key).NotTo(HavePrefix("on"), where)
		}
		checkElement(g, node, base, where)
	}
}

func checkElement(g *WithT, node *html.Node, base, where string) {
	switch node.Data {
	case "script":
		g.Expect(attribute(node, "src")).To(HavePrefix(base), where)
	case "style":
		g.Expect(node).To(BeNil(), where)
	case "form":
		g.Expect(attribute(node, "action")).To(HavePrefix(base+"ui/"), where)
	case "th":
		g.Expect(attribute(node, "scope")).NotTo(BeEmpty(), where)
	case "button":
		g.Expect(text(node)+attribute(node, "aria-label")).NotTo(BeEmpty(), where)
	case "section", "nav":
		g.Expect(attribute(node, "aria-label")+attribute(node, "aria-labelledby")).NotTo(BeEmpty(), where)
	case "iframe":
		g.Expect(attribute(node, "title")).NotTo(BeEmpty(), where)
		g.Expect(attribute(node, "sandbox")).NotTo(ContainSubstring("allow-scripts"), where)
	case "input", "select", "textarea":
		g.Expect(attribute(node, "type") == "hidden" || has(node, "aria-label") || labelled(node)).To(BeTrue(), "%s has no label", where)
	}
}

// labelled tells whether a field stands in its label.
func labelled(node *html.Node) bool {
	return slices.ContainsFunc(slices.Collect(node.Ancestors()), func(above *html.Node) bool { return above.Data == "label" && text(above) != "" })
}

func TestPagesThatAreNotThere(t *testing.T) {
	s := newSite(t, "")
	s.call(http.MethodGet, "/api/users/@me/", "")
	for _, tc := range []struct{ name, page, says, there string }{
		{"no page", "ui/nowhere", "There is nothing at this address.", ""},
		{"no organization", "ui/organizations/nowhere", "There is no organization nowhere.", "ui/organizations/hedgerow-works"},
		{"no request", "ui/requests/99", "The journal has no request 99", "ui/requests/1"},
		{"no revision", "ui/violations?against=2027-01", "use one of 2026-03", "ui/violations"},
		{"a wrong filter", "ui/requests?status=red", "status", "ui/requests"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			response, body := s.do(http.MethodGet, s.address(tc.page), "", "")
			g.Expect(response.StatusCode).To(BeNumerically(">=", 400))
			g.Expect(part(parse(t, body), "content")).To(ContainSubstring(tc.says))
			g.Expect(part(s.read(tc.there), "content")).NotTo(ContainSubstring("nothing to show"), "another page of the kind")
		})
	}
}

// A person chooses a revision and reads what of the requests breaks there.
func TestAnotherRevision(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace+tag@example.com"}`)
	s.call(http.MethodGet, "/api/organizations/@current/domains/", "")
	g.Expect(part(s.read("ui/violations"), "content")).To(And(ContainSubstring("2026-06, Documented (played now)"), Not(ContainSubstring("compared with"))))
	g.Expect(part(s.read("ui/violations?against=2026-09"), "content")).To(And(
		ContainSubstring("2 requests compared with 2026-09; 1 of them breaks, in 1 way."), ContainSubstring("refused text: refused"),
		ContainSubstring("plus sign"), ContainSubstring("request 1"), ContainSubstring("identity_provider_config")))
	g.Expect(part(s.read("ui/violations?against=2026-06"), "content")).To(And(ContainSubstring("none of them breaks"), ContainSubstring("plays 2026-06 itself")))
}

// A plan may have features that only a frontend knows.
func TestFeatureThatNoRuleAsksFor(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := "ui/organizations/" + hedgerow
	g.Expect(part(s.read(page), "features")).To(And(ContainSubstring("organization security settings"), Not(ContainSubstring("white labelling"))))
	s.call(http.MethodPatch, "/_understudy/organizations/"+hedgerow, `{"feature": {"white_labelling": true}}`)
	g.Expect(part(s.read(page), "features")).To(ContainSubstring("white labelling"))
}

// Of very many people a page shows the first, and says so.
func TestMorePeopleThanAPageShows(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	for i := range 100 {
		email := fmt.Sprintf("person%d@example.com", i)
		s.call(http.MethodPost, "/_understudy/members", `{"email": "`+email+`"}`)
		s.call(http.MethodPost, "/_understudy/keys", `{"user": "`+email+`"}`)
	}
	g.Expect(part(s.read("ui/people"), "content")).To(And(ContainSubstring("The first 100 of 104."), ContainSubstring("The first 100 of 116."), ContainSubstring("/_understudy/users")))
}

func TestFilesAreAskedForAgain(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	response, _ := s.do(http.MethodGet, s.address("ui/assets/dashboard.css"), "", "")
	g.Expect(response).To(And(HaveHTTPStatus(http.StatusOK), HaveHTTPHeaderWithValue("Cache-Control", "no-cache")))
	again, _ := s.do(http.MethodGet, s.address("ui/assets/dashboard.css"), "", "", "If-None-Match", response.Header.Get("ETag"))
	g.Expect(again).To(HaveHTTPStatus(http.StatusNotModified))
}

// TestMailCannotReachOut makes sure that a message is shown as it is, and harmless.
func TestMailCannotReachOut(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace@example.com", "message": "&lt;script&gt;alert(1)"}`)
	response, body := s.do(http.MethodGet, s.address("ui/outbox/1/body"), "", "")
	g.Expect(response).To(HaveHTTPHeaderWithValue("Content-Security-Policy", And(ContainSubstring("default-src 'none'"), ContainSubstring("sandbox"), Not(ContainSubstring("allow-scripts")))))
	g.Expect(text(parse(t, body))).To(ContainSubstring("&lt;script&gt;alert(1)"))
	page := s.read("ui/outbox")
	g.Expect(part(page, "content")).To(And(ContainSubstring("grace@example.com"), ContainSubstring("/signup/")))
	missing, _ := s.do(http.MethodGet, s.address("ui/outbox/2/body"), "", "")
	g.Expect(missing).To(HaveHTTPStatus(http.StatusNotFound))
}
