package mock_test

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
)

const journalPath = "/_understudy/requests"

// numbers are those of the entries that a query finds.
func (f *fake) numbers(query string) string {
	f.t.Helper()
	return f.anonymous().get(journalPath + "?" + query).status(200).get("requests.#.n").Raw
}

// TestJournalIsFiltered: one request of each kind, each found by what sets it apart.
func TestJournalIsFiltered(t *testing.T) {
	f := newFake(t)
	f.as("admin").get(f.org("domains")).status(200)                                                   // 1
	f.as("admin").post(f.org("invites"), `{"target_email": "sought@example.com"}`).status(201)        // 2
	f.as("member").post(f.org("domains"), `{"domain": "a.example.com"}`).status(403)                  // 3
	f.as("admin").get("/api/badgers/").status(404)                                                    // 4
	f.as("owner").and("Understudy-Fault", "503").get(f.org("roles")).status(503)                      // 5
	f.provider().gets("Users").status(200)                                                            // 6
	f.as("admin").and("Understudy-Sandbox", "other").get(f.org("domains")).status(200)                // not here
	f.as("admin").post(f.org("domains"), `{"domain": "b.example.com", "is_magic": true}`).status(201) // 7
	f.anonymous().get("/_understudy/clock").status(200)                                               // not written down
	f.as("admin").do("OPTIONS", f.org("domains"), "", "").status(200)                                 // 8
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
			f.t = t
			NewWithT(t).Expect(f.numbers(tc.query)).To(Equal(tc.want))
		})
	}
	f.t = t
	for _, query := range []string{"limit=many", "status=soon", "refused=perhaps", "colour=green", "since=yesterday"} {
		f.anonymous().get(journalPath+"?"+query).status(400).has("understudy", `"invalid_query"`)
	}
	f.anonymous().delete(journalPath).status(204)
	NewWithT(t).Expect(f.numbers("")).To(Equal("[]"))
	f.as("admin").get(f.org("domains")).status(200)
	NewWithT(t).Expect(f.numbers("")).To(Equal("[9]"), "numbers go on")
}

func TestOneRequestOfTheJournal(t *testing.T) {
	f := newFake(t)
	g := NewWithT(t)
	f.invite(`{"target_email": "new@example.com", "level": 8}`).status(201)
	f.as("admin").get(f.org("invites")).status(200)

	detail := f.anonymous().get(journalPath + "/1").status(200)
	detail.has("operation", `"invites_create"`).has("status", "201").has("caller", `"admin@hedgerow.example"`).has("changed", "true").
		has("time", `"2026-03-01T12:00:00Z"`).has("request.body", `"{\"target_email\": \"new@example.com\", \"level\": 8}"`)
	g.Expect(detail.get("request.url").String()).To(Equal("http://fake.test" + f.org("invites")))
	g.Expect(detail.get("steps.#.name").Raw).To(Equal(`["authenticate","scope","organization","key limits","membership","level","recent login","throttle"]`))

	diff := f.anonymous().get(journalPath + "/1/diff").status(200)
	g.Expect(diff.get("count").Int()).To(BeNumerically(">=", 1))
	g.Expect(string(diff.body)).To(ContainSubstring("new@example.com"))
	f.anonymous().get(journalPath+"/2/diff").status(200).has("count", "0").has("changes", "[]")

	curl := f.anonymous().get(journalPath + "/1/curl").status(200)
	g.Expect(string(curl.body)).To(And(HavePrefix("curl "), ContainSubstring("new@example.com"), ContainSubstring("http://fake.test"+f.org("invites"))))

	for _, path := range []string{"/99", "/0", "/-1", "/x", "/99/diff", "/99/curl"} {
		f.anonymous().get(journalPath+path).status(404).has("understudy", `"no_such_request"`)
	}
}

func TestJournalIsExported(t *testing.T) {
	f := newFake(t)
	f.as("admin").get(f.org("domains")).status(200)
	f.invite(`{"target_email": "new@example.com"}`).status(201)
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
			f.t = t
			g := NewWithT(t)
			exported := f.anonymous().get(journalPath + "/export?format=" + tc.format).status(200)
			g.Expect(exported.header.Get("Content-Type")).To(ContainSubstring(tc.contentType))
			g.Expect(exported.header.Get("Content-Disposition")).To(ContainSubstring("understudy-default"))
			tc.holds(g, string(exported.body))
		})
	}
	f.t = t
	only := f.anonymous().get(journalPath + "/export?format=ndjson&method=POST").status(200)
	NewWithT(t).Expect(strings.Count(string(only.body), "\n")).To(Equal(1))
	f.anonymous().get(journalPath+"/export?format=pdf").status(400).has("understudy", `"invalid_query"`)
}

// TestJournalStreams has a client see a request, that of its filter alone, as it comes.
func TestJournalStreams(t *testing.T) {
	g := NewWithT(t)
	w := newWired(t)
	response, err := w.Client.Get(w.URL + journalPath + "/stream?method=POST")
	g.Expect(err).NotTo(HaveOccurred())
	defer func() { _ = response.Body.Close() }()
	g.Expect(response.Header.Get("Content-Type")).To(HavePrefix("text/event-stream"))
	w.send("GET", invitesPath, "")
	w.send("POST", invitesPath, `{"target_email": "live@example.com"}`)
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data:") {
	}
	g.Expect(gjson.Get(strings.TrimPrefix(lines.Text(), "data:"), "operation").String()).To(Equal("invites_create"))
}

// TestJournalHoldsNoSecret goes through everything that the journal can say, after
// every secret of the world has been sent, and looks for one.
func TestJournalHoldsNoSecret(t *testing.T) {
	f := newFake(t)
	secrets := map[string]string{"SCIM token": f.known("known.scim.token")}
	f.profile.Get("credentials").ForEach(func(role, c gjson.Result) bool {
		secrets[role.String()+"'s key"] = c.Get("personal_api_key").String()
		secrets[role.String()+"'s password"] = c.Get("password").String()
		cookie, _, _ := strings.Cut(strings.TrimPrefix(c.Get("session.cookie").String(), "sessionid="), ";")
		secrets[role.String()+"'s session"] = cookie
		secrets[role.String()+"'s CSRF token"] = c.Get("session.csrf_token").String()
		return true
	})
	f.provider().gets("Users").status(200)
	for role, c := range f.profile.Get("credentials").Map() {
		if key := c.Get("personal_api_key").String(); key != "" {
			f.as(role).get(f.org("domains"))
			f.anonymous().get(f.org("domains") + "?personal_api_key=" + url.QueryEscape(key))
			f.anonymous().post(f.org("invites"), fmt.Sprintf(`{"target_email": "x@example.com", "personal_api_key": %q}`, key))
			f.anonymous().get("/api/badgers/" + key + "/")
		}
		if cookie := c.Get("session.cookie").String(); cookie != "" {
			f.with("Cookie", cookie, "X-CSRFToken", c.Get("session.csrf_token").String()).patch("/api/users/@me/", `{"first_name": "Ada"}`)
		}
		if email := c.Get("email").String(); email != "" {
			f.anonymous().post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, email, c.Get("password").String()))
		}
	}
	session := f.session("admin")
	made := session.post(f.org("domains", f.known("known.scim.domain_id"), "scim/token"), "")
	made.get("@this").ForEach(func(name, value gjson.Result) bool {
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
		text := string(f.anonymous().get(path).status(200).body)
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
	f := newFake(t, mock.WithJournal(3))
	f.as("admin").post(f.org("domains"), `{"domain": "`+strings.Repeat("x", 100_000)+`"}`).status(400)
	long := f.anonymous().get(journalPath+"/1").status(200).has("request.truncated", "true").has("request.size", "100014")
	NewWithT(t).Expect(len(long.get("request.body").String())).To(BeNumerically("<=", 64<<10))
	for range 4 {
		f.as("admin").get(f.org("domains")).status(200)
	}
	f.anonymous().get(journalPath).has("count", "3").has("dropped", "2").has("requests.#.n", "[5,4,3]")
}

// Who has read an answer, however long, finds it in the journal.
func TestAnswersAreWrittenDownBeforeTheyAreSent(t *testing.T) {
	g := NewWithT(t)
	w := newWired(t)
	for i := range 30 {
		w.send("POST", invitesPath, fmt.Sprintf(`{"target_email": "many-%d@example.com"}`, i))
	}
	for i := range 20 {
		response, err := w.Client.Do(authorized(t, w, "GET", invitesPath+"?limit=100"))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(w.Requests()).To(HaveLen(31+i), "as soon as the headers are there")
		g.Expect(response.Body.Close()).To(Succeed())
	}
}

func authorized(t *testing.T, w *wired, method, path string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.key)
	return request
}

// Many sandboxes are not many journals' worth of memory: the one that was idle for
// longest gives up its oldest requests, and says so.
func TestJournalsAreBoundedTogether(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t, mock.WithJournalMemory(200<<10))
	for _, name := range []string{"a", "b", "c"} {
		for range 10 {
			f.as("admin").and(inSandbox, name).post(f.org("invites"), `{"message": "`+strings.Repeat("x", 10_000)+`"}`).status(400)
		}
	}
	held := 0
	for _, tc := range []struct {
		name        string
		least, most int64
	}{{"c", 10, 10}, {"b", 1, 9}, {"a", 0, 0}} {
		list := f.with(inSandbox, tc.name).get("/_understudy/requests").status(200)
		count := list.get("count").Int()
		g.Expect(count).To(And(BeNumerically(">=", tc.least), BeNumerically("<=", tc.most)), tc.name)
		g.Expect(count+list.get("dropped").Int()).To(BeEquivalentTo(10), tc.name)
		held += int(count)
	}
	g.Expect(string(f.anonymous().get("/_understudy/metrics").body)).To(ContainSubstring(fmt.Sprintf("understudy_journal_dropped_total %d\n", 30-held)))

	f.anonymous().delete("/_understudy/sandboxes/c").status(204)
	for range 8 {
		f.as("admin").and(inSandbox, "d").post(f.org("invites"), `{"message": "`+strings.Repeat("x", 10_000)+`"}`).status(400)
	}
	f.with(inSandbox, "b").get("/_understudy/requests").has("count", fmt.Sprint(held-10)) // what is dropped makes room
}
