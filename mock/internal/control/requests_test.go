package control_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const journalPath = "/_understudy/requests"

const invitesPath = "/api/organizations/@current/invites/"

// numbersOf are those of the entries that a query finds.
func numbersOf(f *mocktest.Fake, query string) string {
	f.T.Helper()
	return f.Anonymous().Get(journalPath + "?" + query).Status(200).Get("requests.#.n").Raw
}

// TestJournalIsFiltered: one request of each kind, each found by what sets it apart.
func TestJournalIsFiltered(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Get(f.Org("domains")).Status(200)                                                   // 1
	f.As("admin").Post(f.Org("invites"), `{"target_email": "sought@example.com"}`).Status(201)        // 2
	f.As("member").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(403)                  // 3
	f.As("admin").Get("/api/badgers/").Status(404)                                                    // 4
	f.As("owner").And("Understudy-Fault", "503").Get(f.Org("roles")).Status(503)                      // 5
	f.Provider().Get("Users").Status(200)                                                             // 6
	f.As("admin").And(mocktest.SandboxHeader, "other").Get(f.Org("domains")).Status(200)              // not here
	f.As("admin").Post(f.Org("domains"), `{"domain": "b.example.com", "is_magic": true}`).Status(201) // 7
	f.Anonymous().Get("/_understudy/clock").Status(200)                                               // not written down
	f.As("admin").Do("OPTIONS", f.Org("domains"), "", "").Status(200)                                 // 8
	for _, tc := range []struct{ query, want string }{
		{"", "[8,7,6,5,4,3,2,1]"},
		{"limit=2", "[8,7]"},
		{"since=6", "[8,7]"},
		{"operation=domains_list", "[1]"},
		{"operation=domains_*", "[7,3,1]"},
		{"method=POST", "[7,3,2]"},
		{"status=403", "[3]"},
		{"status=4xx", "[4,3]"},
		{"caller=member@hedgerow.example", "[3]"},
		{"path=badgers", "[4]"},
		{"search=sought", "[2]"},
		{"fault=true", "[5]"},
		{"refused=true", "[3]"},
		{"violations=true", "[7,4]"},
		{"method=POST&status=201", "[7,2]"},
	} {
		t.Run(tc.query, func(t *testing.T) {
			f.T = t
			NewWithT(t).Expect(numbersOf(f, tc.query)).To(Equal(tc.want))
		})
	}
	f.T = t
	for _, query := range []string{"limit=many", "status=soon", "refused=perhaps", "colour=green", "since=yesterday"} {
		f.Anonymous().Get(journalPath+"?"+query).Status(400).Has("understudy", `"invalid_query"`)
	}
	f.Anonymous().Delete(journalPath).Status(204)
	NewWithT(t).Expect(numbersOf(f, "")).To(Equal("[]"))
	f.As("admin").Get(f.Org("domains")).Status(200)
	NewWithT(t).Expect(numbersOf(f, "")).To(Equal("[9]"), "numbers go on")
}

func TestOneRequestOfTheJournal(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	f.Invite(`{"target_email": "new@example.com", "level": 8}`).Status(201)
	f.As("admin").Get(f.Org("invites")).Status(200)

	detail := f.Anonymous().Get(journalPath + "/1").Status(200)
	detail.Has("operation", `"invites_create"`).Has("status", "201").Has("caller", `"admin@hedgerow.example"`).Has("changed", "true").
		Has("time", `"2026-03-01T12:00:00Z"`).Has("request.body", `"{\"target_email\": \"new@example.com\", \"level\": 8}"`)
	g.Expect(detail.Get("request.url").String()).To(Equal("http://fake.test" + f.Org("invites")))
	g.Expect(detail.Get("steps.#.name").Raw).To(Equal(`["authenticate","organization","membership","level","invite settings","recent login","scope","key limits","throttle"]`))

	diff := f.Anonymous().Get(journalPath + "/1/diff").Status(200)
	g.Expect(diff.Get("count").Int()).To(BeNumerically(">=", 1))
	g.Expect(string(diff.Body)).To(ContainSubstring("new@example.com"))
	f.Anonymous().Get(journalPath+"/2/diff").Status(200).Has("count", "0").Has("changes", "[]")

	curl := f.Anonymous().Get(journalPath + "/1/curl").Status(200)
	g.Expect(string(curl.Body)).To(And(HavePrefix("curl "), ContainSubstring("new@example.com"), ContainSubstring("http://fake.test"+f.Org("invites"))))

	for _, path := range []string{"/99", "/0", "/-1", "/x", "/99/diff", "/99/curl"} {
		f.Anonymous().Get(journalPath+path).Status(404).Has("understudy", `"no_such_request"`)
	}
}

func TestJournalIsExported(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Get(f.Org("domains")).Status(200)
	f.Invite(`{"target_email": "new@example.com"}`).Status(201)
	for _, tc := range []struct {
		format, contentType string
		holds               func(g *WithT, text string)
	}{
		{"har", "application/json", func(g *WithT, text string) {
			g.Expect(gjson.Get(text, "log.entries.#").Int()).To(BeEquivalentTo(2))
			g.Expect(gjson.Get(text, "log.entries.1.request.method").String()).To(Equal("POST"))
		}},
		{"curl", "text/", func(g *WithT, text string) { g.Expect(strings.Count(text, "curl ")).To(Equal(2)) }},
		{"ndjson", "application/", func(g *WithT, text string) {
			lines := strings.Split(strings.TrimSpace(text), "\n")
			g.Expect(lines).To(HaveLen(2))
			for _, line := range lines {
				g.Expect(json.Valid([]byte(line))).To(BeTrue(), line)
			}
		}},
	} {
		t.Run(tc.format, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			exported := f.Anonymous().Get(journalPath + "/export?format=" + tc.format).Status(200)
			g.Expect(exported.Header.Get("Content-Type")).To(ContainSubstring(tc.contentType))
			g.Expect(exported.Header.Get("Content-Disposition")).To(ContainSubstring("understudy-default"))
			tc.holds(g, string(exported.Body))
		})
	}
	f.T = t
	only := f.Anonymous().Get(journalPath + "/export?format=ndjson&method=POST").Status(200)
	NewWithT(t).Expect(strings.Count(string(only.Body), "\n")).To(Equal(1))
	f.Anonymous().Get(journalPath+"/export?format=pdf").Status(400).Has("understudy", `"invalid_query"`)
}

// TestJournalStreams has a client see a request, that of its filter alone, as it comes.
func TestJournalStreams(t *testing.T) {
	g := NewWithT(t)
	w := mocktest.Start(t)
	response, err := w.Client.Get(w.URL + journalPath + "/stream?method=POST")
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = response.Body.Close() }()
	g.Expect(response.Header.Get("Content-Type")).To(HavePrefix("text/event-stream"))
	w.Send("GET", invitesPath, "")
	w.Send("POST", invitesPath, `{"target_email": "live@example.com"}`)
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
	}
	g.Expect(gjson.Get(strings.TrimPrefix(lines.Text(), "data:"), "operation").String()).To(Equal("invites_create"))
}

// TestJournalHoldsNoSecret goes through everything that the journal can say, after
// every secret of the world has been sent, and looks for one.
func TestJournalHoldsNoSecret(t *testing.T) {
	f := mocktest.New(t)
	secrets := map[string]string{"SCIM token": f.Known("known.scim.token")}
	f.Target.Get("credentials").ForEach(func(role, c gjson.Result) bool {
		secrets[role.String()+"'s key"] = c.Get("personal_api_key").String()
		secrets[role.String()+"'s password"] = c.Get("password").String()
		cookie, _, _ := strings.Cut(strings.TrimPrefix(c.Get("session.cookie").String(), "sessionid="), ";")
		secrets[role.String()+"'s session"] = cookie
		secrets[role.String()+"'s CSRF token"] = c.Get("session.csrf_token").String()
		return true
	})
	f.Provider().Get("Users").Status(200)
	for role, c := range f.Target.Get("credentials").Map() {
		if key := c.Get("personal_api_key").String(); key != "" {
			f.As(role).Get(f.Org("domains"))
			f.Anonymous().Get(f.Org("domains") + "?personal_api_key=" + url.QueryEscape(key))
			f.Anonymous().Post(f.Org("invites"), fmt.Sprintf(`{"target_email": "x@example.com", "personal_api_key": %q}`, key))
			f.Anonymous().Get("/api/badgers/" + key + "/")
		}
		if cookie := c.Get("session.cookie").String(); cookie != "" {
			f.With("Cookie", cookie, "X-CSRFToken", c.Get("session.csrf_token").String()).Patch("/api/users/@me/", `{"first_name": "Ada"}`)
		}
		if email := c.Get("email").String(); email != "" {
			f.Anonymous().Post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, email, c.Get("password").String()))
		}
	}
	session := f.Session("admin")
	made := session.Post(f.Org("domains", f.Known("known.scim.domain_id"), "scim/token"), "")
	made.Get("@this").ForEach(func(name, value gjson.Result) bool {
		if strings.Contains(name.String(), "token") {
			secrets["the new SCIM token"] = value.String()
		}
		return true
	})
	answers := []string{journalPath, journalPath + "/export?format=har", journalPath + "/export?format=curl", journalPath + "/export?format=ndjson", "/_understudy/violations"}
	for n := range f.Requests() {
		answers = append(answers, fmt.Sprintf("%s/%d", journalPath, n+1), fmt.Sprintf("%s/%d/diff", journalPath, n+1), fmt.Sprintf("%s/%d/curl", journalPath, n+1))
	}
	NewWithT(t).Expect(len(answers)).To(BeNumerically(">", 100))
	for _, path := range answers {
		text := string(f.Anonymous().Get(path).Status(200).Body)
		for name, secret := range secrets {
			if secret != "" && strings.Contains(text, secret) {
				at := strings.Index(text, secret)
				t.Errorf("%s shows %s: %s", path, name, text[max(0, at-200):min(len(text), at+len(secret)+20)])
			}
		}
	}
}

// Bodies are kept up to a limit, and entries too.
func TestJournalIsBounded(t *testing.T) {
	f := mocktest.New(t, mock.WithJournal(3))
	f.As("admin").Post(f.Org("domains"), `{"domain": "`+strings.Repeat("x", 100_000)+`"}`).Status(400)
	long := f.Anonymous().Get(journalPath+"/1").Status(200).Has("request.truncated", "true").Has("request.size", "100014")
	NewWithT(t).Expect(len(long.Get("request.body").String())).To(BeNumerically("<=", 64<<10))
	for range 4 {
		f.As("admin").Get(f.Org("domains")).Status(200)
	}
	f.Anonymous().Get(journalPath).Has("count", "3").Has("dropped", "2").Has("requests.#.n", "[5,4,3]")
}

// Who has read an answer, however long, finds it in the journal.
func TestAnswersAreWrittenDownBeforeTheyAreSent(t *testing.T) {
	g := NewWithT(t)
	w := mocktest.Start(t)
	for i := range 30 {
		w.Send("POST", invitesPath, fmt.Sprintf(`{"target_email": "many-%d@example.com"}`, i))
	}
	for i := range 20 {
		response, err := w.Client.Do(authorized(t, w, "GET", invitesPath+"?limit=100"))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(w.Requests()).To(HaveLen(31+i), "as soon as the headers are there")
		g.Expect(response.Body.Close()).To(Succeed())
	}
}

func authorized(t *testing.T, w *mocktest.Running, method, path string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.AdminKey)
	return request
}

// Many sandboxes are not many journals' worth of memory: the one that was idle for
// longest gives up its oldest requests, and says so.
func TestJournalsAreBoundedTogether(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithJournalMemory(200<<10))
	for _, name := range []string{"a", "b", "c"} {
		for range 10 {
			f.As("admin").And(mocktest.SandboxHeader, name).Post(f.Org("invites"), `{"message": "`+strings.Repeat("x", 10_000)+`"}`).Status(400)
		}
	}
	held := 0
	for _, tc := range []struct {
		name        string
		least, most int64
	}{{"c", 10, 10}, {"b", 1, 9}, {"a", 0, 0}} {
		list := f.With(mocktest.SandboxHeader, tc.name).Get("/_understudy/requests").Status(200)
		count := list.Get("count").Int()
		g.Expect(count).To(And(BeNumerically(">=", tc.least), BeNumerically("<=", tc.most)), tc.name)
		g.Expect(count+list.Get("dropped").Int()).To(BeEquivalentTo(10), tc.name)
		held += int(count)
	}
	g.Expect(string(f.Anonymous().Get("/_understudy/metrics").Body)).To(ContainSubstring(fmt.Sprintf("understudy_journal_dropped_total %d\n", 30-held)))

	f.Anonymous().Delete("/_understudy/sandboxes/c").Status(204)
	for range 8 {
		f.As("admin").And(mocktest.SandboxHeader, "d").Post(f.Org("invites"), `{"message": "`+strings.Repeat("x", 10_000)+`"}`).Status(400)
	}
	f.With(mocktest.SandboxHeader, "b").Get("/_understudy/requests").Has("count", fmt.Sprint(held-10)) // what is dropped makes room
}
