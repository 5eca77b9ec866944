package dashboard_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// fields makes a form of names and values.
func fields(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// TestForms sends every form as a browser without JavaScript does, and asks the
// control plane what came of it.
func TestForms(t *testing.T) {
	const organization = "ui/organizations/" + hedgerow
	const list = "organizations/" + hedgerow
	for _, tc := range []struct {
		name, form string
		fields     url.Values
		says       string // on the page that follows
		ask        string // of the control plane
		path, want string // what it answers there, as gjson
	}{
		{"a feature off", organization + "/feature", fields("name", "saml", "on", "off"), "SAML is off.", list, `features.#(=="saml")`, ""},
		{"a setting on", organization + "/setting", fields("name", "enforce_2fa", "label", "two factors", "on", "on"), "two factors is on.", list, "enforce_2fa", "true"},
		{"a level", organization + "/level", fields("email", "member@hedgerow.example", "level", "8"), "member@hedgerow.example is admin now.", list, `levels.member@hedgerow\.example`, "8"},
		{"a member", organization + "/members", fields("email", "grace@example.com", "level", "1", "first_name", "Grace"), "grace@example.com is member now.", list, `levels.grace@example\.com`, "1"},
		{"no member any more", organization + "/members/remove", fields("email", "member@hedgerow.example"), "is no member any more", list, `levels.member@hedgerow\.example`, ""},
		{"a domain is verified", organization + "/domain", fields("id", "01900000-0004-7000-8000-000000000003", "domain", "pending.hedgerow.example", "on", "on"), "pending.hedgerow.example is verified.", "domains/01900000-0004-7000-8000-000000000003", "is_verified", "true"},
		{"and is not", organization + "/domain", fields("id", "01900000-0004-7000-8000-000000000001", "domain", "hedgerow.example", "on", "off"), "hedgerow.example is no longer verified.", "domains/01900000-0004-7000-8000-000000000001", "is_verified", "false"},
		{"an invite expires", organization + "/invite", fields("id", "01900000-0007-7000-8000-000000000001", "email", "pending.one@example.com", "on", "on"), "The invite of pending.one@example.com has expired.", "invites/01900000-0007-7000-8000-000000000001", "is_expired", "true"},
		{"a domain is removed", organization + "/remove", fields("list", "domains", "id", "01900000-0004-7000-8000-000000000001", "name", "hedgerow.example"), "hedgerow.example is gone.", list, "counts.domains", "5"},
		{"marketplace of one integration", organization + "/integration", fields("id", "01900000-0006-7000-8000-000000000002", "upstream", "unpaid_invoices"), "unpaid invoices", "integrations/01900000-0006-7000-8000-000000000002", "upstream", "unpaid_invoices"},
		{"an integration", organization + "/integrations", fields("kind", "vercel", "type", "marketplace", "integration_id", "icfg_new", "upstream", "down", "access_token", "", "created_by", ""), "The integration is installed.", list + "/integrations", `results.#(integration_id=="icfg_new").upstream`, "down"},
		{"a key", "ui/people/keys", fields("user", "admin@hedgerow.example", "label", "fresh", "scopes", "organization:read, organization_member:read"), "The key is made.", "about", `keys.#(label=="fresh").scopes.#`, "2"},
		{"a user is forgotten", "ui/people/forget", fields("email", "outsider@hedgerow.example"), "is gone", "about", `users.#(email=="outsider@hedgerow.example")`, ""},
		{"a record", "ui/dns", fields("name", "_posthog-challenge.a.example", "values", "one\r\n\r\n two \r\n"), "now sees the record", "dns/_posthog-challenge.a.example", "values.1", "two"},
		{"no record", "ui/dns/remove", fields("name", "_posthog-challenge.hedgerow.example"), "Removed", "dns/_posthog-challenge.hedgerow.example", "understudy", "no_such_record"},
		{"the marketplace is down", "ui/upstream/mode", fields("mode", "down"), "Upstream is down for everything.", "upstream/mode", "mode", "down"},
		{"the clock stands still", "ui/clock", fields("do", "freeze"), "The clock stands still.", "clock", "frozen", "true"},
		{"the clock goes on", "ui/clock", fields("do", "advance", "span", "73h"), "The clock went on by 73h.", "clock", "offset_seconds", "262800"},
		{"a fault", "ui/faults", fields("operation", "invites_*", "kind", "after", "status", "502", "count", "2", "chance", "50", "latency", "5ms", "over", "9s"), "The fault is armed.", "faults", "faults.0.probability", "0.5"},
		{"a slow answer", "ui/faults", fields("operation", "", "kind", "drip", "status", "429", "over", "2s"), "The fault is armed.", "faults", "faults.0.phase", "drip"},
		{"a preset", "ui/faults/preset", fields("preset", "maintenance"), "The preset maintenance is armed.", "faults", "faults.0.id", "maintenance"},
		{"rate limits", "ui/rate-limits", fields("mode", "enforce", "per_minute", "3", "per_hour", ""), "Rate limits: enforce.", "rate-limits", "per_minute", "3"},
		{"a snapshot", "ui/snapshots", fields("name", "before"), "The snapshot before is taken.", "snapshots", "snapshots.0.name", "before"},
		{"a sandbox of a world", "ui/sandboxes", fields("name", "other", "from", "world=empty"), "The sandbox is made.", "sandboxes/other", "from", "world empty"},
		{"a sandbox of another", "ui/sandboxes", fields("name", "other", "from", "sandbox=default"), "The sandbox is made.", "sandboxes/other", "from", "sandbox default"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSite(t, "")
			page := s.submit(tc.form, tc.fields)
			g.Expect(part(page, "notice")).To(ContainSubstring(tc.says))
			g.Expect(s.control(tc.ask).Get(tc.path).String()).To(Equal(tc.want))
			g.Expect(part(s.read(""), "notice")).To(BeEmpty(), "it is said once")
		})
	}
}

// TestFormsThatClear takes away what there is.
func TestFormsThatClear(t *testing.T) {
	s := newSite(t, "")
	s.fill()
	fault := s.control("faults").Get("faults.0.id").String()
	s.call(http.MethodPost, "/_understudy/faults", `{"preset": "flaky-network"}`)
	key := s.control("keys").Get("keys.0.id").String()
	for _, tc := range []struct {
		name, form string
		fields     url.Values
		says       string
		ask, path  string // of the control plane
	}{
		{"the mail", "ui/outbox/clear", nil, "The outbox is empty.", "outbox", "messages.0"},
		{"the calls of the marketplace", "ui/upstream/clear", nil, "forgotten", "upstream", "calls.0"},
		{"violations", "ui/violations/clear", nil, "forgotten", "violations", "violations.0"},
		{"requests", "ui/requests/clear", nil, "The journal is empty.", "requests", "requests.0"},
		{"a fault", "ui/faults/remove", fields("id", fault), "is gone", "faults", `faults.#(id=="` + fault + `")`},
		{"every fault", "ui/faults/clear", nil, "Nothing goes wrong on purpose any more.", "faults", "faults.0"},
		{"a sandbox", "ui/sandboxes/drop", fields("name", "checkout-test"), "checkout-test is gone.", "sandboxes", `sandboxes.#(name=="checkout-test")`},
		{"a key", "ui/people/keys/remove", fields("id", key), "The key is gone", "keys", `keys.#(id=="` + key + `")`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s.t = t
			g.Expect(s.control(tc.ask).Get(tc.path).Exists()).To(BeTrue(), "there is something to take away")
			g.Expect(part(s.submit(tc.form, tc.fields), "notice")).To(ContainSubstring(tc.says))
			g.Expect(s.control(tc.ask).Get(tc.path).Exists()).To(BeFalse())
		})
	}
}

// TestResetOfParts begins again with some things, and leaves the others.
func TestResetOfParts(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	s.fill()
	s.call(http.MethodPost, "/_understudy/clock", `{"advance": "1h"}`)
	mails := s.control("outbox").Get("count").Int()
	g.Expect(mails).NotTo(BeZero())
	page := s.submit("ui/reset", fields("back", "ui/snapshots", "only", "clock", "only", "faults"))
	g.Expect(part(page, "notice")).To(Equal("Begun again: clock and faults."))
	g.Expect(s.control("clock").Get("offset_seconds").Int()).To(BeZero())
	g.Expect(s.control("faults").Get("count").Int()).To(BeZero())
	g.Expect(s.control("outbox").Get("count").Int()).To(Equal(mails), "the state stays")
	g.Expect(s.control("requests").Get("count").Int()).NotTo(BeZero(), "the journal stays")
}

// TestRateLimitsNameWhoWasTooFast makes sure that a reader sees whom a limit met.
func TestRateLimitsNameWhoWasTooFast(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	s.submit("ui/rate-limits", fields("mode", "observe", "per_minute", "1", "per_hour", "100"))
	for range 3 {
		s.call(http.MethodGet, "/api/organizations/@current/domains/", "")
	}
	g.Expect(part(s.read("ui/rate-limits"), "content")).To(And(ContainSubstring("Would have been refused"), ContainSubstring("admin@hedgerow.example"), ContainSubstring("2 requests")))
}

// TestFormsThatAreRefused makes sure that a reader learns why nothing happened.
func TestFormsThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name, form string
		fields     url.Values
		says       string
	}{
		{"a record without a name", "ui/dns", fields("values", "one"), "Name the record"},
		{"a record without texts", "ui/dns", fields("name", "a.example"), "at least one text"},
		{"no duration", "ui/clock", fields("do", "advance", "span", "a while"), "a while"},
		{"no time", "ui/clock", fields("do", "set", "at", "tomorrow"), "Write the time as"},
		{"nothing to do", "ui/clock", fields(), "Choose what to do"},
		{"no operation", "ui/faults", fields("operation", "nothing", "kind", "before", "status", "500"), "nothing"},
		{"no number", "ui/faults", fields("kind", "before", "status", "500", "count", "many"), "count: write a whole number"},
		{"no preset", "ui/faults/preset", fields("preset", "bad-day"), "bad-day"},
		{"a snapshot's name", "ui/snapshots", fields("name", "two words"), "two words"},
		{"a sandbox that there is", "ui/sandboxes", fields("name", "default", "from", "world=default"), "default"},
		{"the default sandbox is dropped", "ui/sandboxes/drop", fields("name", "default"), "stays"},
		{"no such user", "ui/people/keys", fields("user", "nobody@example.com"), "nobody@example.com"},
		{"no such list", "ui/organizations/" + hedgerow + "/remove", fields("list", "sandboxes", "id", "default"), "There is no such list."},
		{"no limit", "ui/rate-limits", fields("mode", "enforce", "per_minute", "few"), "per minute: write a whole number"},
		{"no world", "ui/snapshots/world", fields(), "Choose a file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSite(t, "")
			page := s.submit(tc.form, tc.fields)
			g.Expect(part(page, "notice")).To(ContainSubstring(tc.says))
			problems := 0
			for _, line := range all(page, "p") {
				if strings.Contains(attribute(line, "class"), "problem") {
					problems++
				}
			}
			g.Expect(problems).To(Equal(1))
		})
	}
}

// TestStateTravels goes through time by forms.
func TestStateTravels(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "/_sandbox/travel")
	invites := func() string { return s.control("organizations/" + hedgerow).Get("counts.invites").String() }
	s.submit("ui/snapshots", fields("name", "calm"))
	atFirst := invites()

	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace@example.com"}`)
	g.Expect(invites()).NotTo(Equal(atFirst))
	number := s.control("requests").Get("requests.0.n").String()
	page := s.read("ui/requests/" + number)
	g.Expect(part(page, "content")).To(And(ContainSubstring("invites_create"), ContainSubstring("created invite"), ContainSubstring("grace@example.com")))
	s.submit("ui/requests/"+number+"/rewind", fields())
	g.Expect(invites()).To(Equal(atFirst))

	s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "grace@example.com"}`)
	s.submit("ui/snapshots/restore", fields("name", "calm"))
	g.Expect(invites()).To(Equal(atFirst))
	s.submit("ui/snapshots/remove", fields("name", "calm"))
	g.Expect(s.control("snapshots").Get("count").Int()).To(BeZero())

	_, world := s.do(http.MethodGet, s.address("world?format=yaml"), "", "")
	s.submit("ui/organizations/"+hedgerow+"/feature", fields("name", "saml", "on", "off"))
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	file, err := parts.CreateFormFile("world", "world.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	_, _ = file.Write([]byte(world))
	g.Expect(parts.Close()).To(Succeed())
	_, body := s.do(http.MethodPost, s.address("ui/snapshots/world"), parts.FormDataContentType(), form.String(), "Origin", s.fake.URL)
	g.Expect(part(parse(t, body), "notice")).To(ContainSubstring("starts from that world"))
	g.Expect(s.control("organizations/" + hedgerow).Get(`features.#(=="saml")`).String()).To(Equal("saml"))

	s.submit("ui/organizations/"+hedgerow+"/feature", fields("name", "saml", "on", "off"))
	s.submit("ui/reset", fields("back", "ui/snapshots"))
	g.Expect(s.control("organizations/" + hedgerow).Get(`features.#(=="saml")`).String()).To(Equal("saml"))
}

// TestExplanation makes sure that a refusal is explained.
func TestExplanation(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	key := s.call(http.MethodPost, "/_understudy/keys", `{"user": "admin@hedgerow.example", "scopes": ["insight:read"], "label": "narrow"}`).Get("value").String()
	response, _ := s.do(http.MethodGet, s.fake.URL+"/api/organizations/@current/domains/", "", "", "Authorization", "Bearer "+key)
	g.Expect(response).To(HaveHTTPStatus(http.StatusForbidden))
	content := part(s.read("ui/requests?refused=true"), "journal")
	g.Expect(content).To(And(ContainSubstring("domains_list"), ContainSubstring("403"), ContainSubstring("narrow")))
	number := s.control("requests").Get("requests.0.n").String()
	content = part(s.read("ui/requests/"+number), "content")
	g.Expect(content).To(And(ContainSubstring("Why it was refused"), ContainSubstring("Would have sufficed"), ContainSubstring("organization:read"), Not(ContainSubstring(key))))
	g.Expect(part(s.read("ui/requests?caller=owner@hedgerow.example"), "journal")).To(ContainSubstring("No request is like that."))
}

// TestFormsOfForeignPages makes sure that only pages of this site change anything.
func TestFormsOfForeignPages(t *testing.T) {
	s := newSite(t, "")
	for _, tc := range []struct {
		name   string
		header []string
		want   int
	}{
		{"a page of this site", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusOK},
		{"an older browser's", []string{"Origin", s.fake.URL}, http.StatusOK},
		{"another site's", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, http.StatusForbidden},
		{"another port's", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		{"one without an origin", []string{"Origin", "null"}, http.StatusForbidden},
		{"one that does not say", nil, http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			s.t = t
			s.call(http.MethodPost, "/_understudy/clock", `{"reset": true}`)
			response, _ := s.do(http.MethodPost, s.address("ui/clock"), "application/x-www-form-urlencoded", "do=freeze", tc.header...)
			g.Expect(response).To(HaveHTTPStatus(tc.want))
			g.Expect(s.control("clock").Get("frozen").Bool()).To(Equal(tc.want == http.StatusOK))
		})
	}
}

// TestToken signs in where the control plane asks for a token: pages and forms hand
// the reader's cookie on.
func TestToken(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "", mock.WithControlToken("a-token-of-the-test"))
	response, body := s.do(http.MethodGet, s.address("ui/clock"), "", "", "Accept", "text/html")
	g.Expect(response).To(HaveHTTPStatus(http.StatusUnauthorized))
	g.Expect(body).NotTo(ContainSubstring("Freeze"))
	response, _ = s.do(http.MethodPost, s.address("ui/clock"), "application/x-www-form-urlencoded", "do=freeze", "Origin", s.fake.URL)
	g.Expect(response).To(HaveHTTPStatus(http.StatusUnauthorized))

	s.read("ui/clock?token=a-token-of-the-test")
	g.Expect(part(s.submit("ui/clock", fields("do", "freeze")), "notice")).To(Equal("The clock stands still."))
	g.Expect(s.control("clock").Get("frozen").Bool()).To(BeTrue())
}
