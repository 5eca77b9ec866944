package journal_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// recorded is a journal with one request of each kind, a minute apart.
func recorded() *journal.Journal {
	j := journal.New(journal.Limits{})
	at := noon
	add := func(method, uri, operation string, status int, change func(*journal.Exchange)) {
		x := get(uri)
		x.Method, x.Operation, x.Status, x.Time = method, operation, status, at
		change(&x)
		j.Record(x)
		at = at.Add(time.Minute)
	}
	add("GET", "/api/organizations/@current/domains/", "domains_list", 200, func(x *journal.Exchange) {
		x.Caller, x.Key = "ada@example.com", "Laptop"
		x.RequestHeader = http.Header{"Authorization": {"Bearer " + apiKey}}
		x.ResponseBody = body(`{"results":[{"domain":"Example.com"}]}`)
	})
	add("POST", "/api/organizations/@current/domains/", "domains_create", 201, func(x *journal.Exchange) {
		x.Caller, x.Key, x.Changed = "ada@example.com", "Laptop", true
		x.RequestBody = body(`{"domain":"hooli.xyz"}`)
	})
	add("POST", "/api/login/", "login_create", 400, func(x *journal.Exchange) {
		x.RequestBody = body(`{"email":"bob@example.com","password":"` + pass + `"}`)
		x.Violations = []string{"body: email is no address"}
	})
	add("DELETE", "/api/organizations/@current/domains/7/", "domains_destroy", 403, func(x *journal.Exchange) {
		x.Caller = "bob@example.com"
		x.Steps = []journal.Step{{Name: "authentication", Passed: true}, {Name: "level"}}
	})
	add("GET", "/api/nowhere/?a=1", "", 0, func(x *journal.Exchange) { x.Fault = "cut" })
	add("GET", "/api/users/@me/", "users_retrieve", 503, func(x *journal.Exchange) {
		x.Fault, x.Caller = "busy", "ada@example.com"
		x.ResponseHeader = http.Header{"Retry-After": {"Tomorrow"}}
	})
	return j
}

func TestQueriesChoose(t *testing.T) {
	j := recorded()
	for query, want := range map[string][]int64{
		"":                                  {6, 5, 4, 3, 2, 1},
		"operation=":                        {6, 5, 4, 3, 2, 1},
		"operation=domains_list":            {1},
		"operation=domains_*":               {4, 2, 1},
		"operation=*_[cd]*":                 {4, 3, 2},
		"operation=domains":                 nil,
		"method=GET":                        {6, 5, 1},
		"method=post":                       {3, 2},
		"method=PUT":                        nil,
		"status=403":                        {4},
		"status=4xx":                        {4, 3},
		"status=5XX":                        {6},
		"status=0":                          {5},
		"caller=ada@example.com":            {6, 2, 1},
		"caller=ADA@EXAMPLE.COM":            {6, 2, 1},
		"caller=laptop":                     {2, 1},
		"caller=ada":                        nil,
		"path=/domains/":                    {4, 2, 1},
		"path=/API/Organizations":           {4, 2, 1},
		"path=a=1":                          {5},
		"search=hooli":                      {2},
		"search=example.COM":                {3, 1},
		"search=tomorrow":                   {6},
		"search=nowhere":                    {5},
		"search=wxyz":                       {1},
		"search=" + apiKey:                  nil,
		"search=battery":                    nil,
		"since=4":                           {6, 5},
		"since=0":                           {6, 5, 4, 3, 2, 1},
		"since=6":                           nil,
		"since=2026-03-01T12:04:00Z":        {6, 5},
		"since=2026-03-01T14:04:30%2B02:00": {6},
		"limit=2":                           {6, 5},
		"limit=100":                         {6, 5, 4, 3, 2, 1},
		"limit=1&method=POST":               {3},
		"fault=true":                        {6, 5},
		"fault=false":                       {4, 3, 2, 1},
		"fault=busy":                        {6},
		"refused=true":                      {4},
		"refused=false":                     {6, 5, 3, 2, 1},
		"violations=true":                   {3},
		"violations=false":                  {6, 5, 4, 2, 1},
		"method=GET&fault=true&status=5xx":  {6},
		"path=/domains/&search=hooli":       {2},
		"path=/nowhere/&search=hooli":       nil,
	} {
		t.Run(query, func(t *testing.T) {
			g := NewWithT(t)
			list := j.List(parse(t, query))
			var numbers []int64
			for _, s := range list.Requests {
				numbers = append(numbers, s.Number)
			}
			g.Expect(numbers).To(Equal(want))
			g.Expect(list.Count).To(Equal(len(want)))
			selected := j.Select(parse(t, query))
			g.Expect(selected).To(HaveLen(len(want)))
			for i, e := range selected {
				g.Expect(e.Number()).To(Equal(want[len(want)-1-i]), "oldest first")
			}
		})
	}
}

func TestQueriesThatAreRefused(t *testing.T) {
	for query, want := range map[string]string{
		"operation=[":        `operation: "[" is not known here; send an operation's id such as domains_list, or a pattern such as domains_* or *_list`,
		"method=FETCH":       `method: "FETCH" is not known here; send one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE`,
		"status=ok":          `status: "ok" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"status=40x":         `status: "40x" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"status=0xx":         `status: "0xx" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"status=6xx":         `status: "6xx" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"status=%2B404":      `status: "+404" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"status=4xxxx":       `status: "4xxxx" is not known here; send a status such as 404, a class such as 4xx, or 0 for no answer`,
		"since=yesterday":    `since: "yesterday" is not known here; send the number of an entry such as 12, or a time such as 2026-03-01T12:00:00Z`,
		"since=-1":           `since: "-1" is not known here; send the number of an entry such as 12, or a time such as 2026-03-01T12:00:00Z`,
		"limit=0":            `limit: "0" is not known here; send a number from 1`,
		"limit=all":          `limit: "all" is not known here; send a number from 1`,
		"refused=yes":        `refused: "yes" is not known here; send true or false`,
		"violations=1":       `violations: "1" is not known here; send true or false`,
		"limit=1&limit=2":    `limit: send it once, not 2 times`,
		"user=ada&method=no": `method: "no" is not known here; send one of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE`,
		"user=ada":           `"user": there is no such parameter; there are caller, fault, limit, method, operation, path, refused, search, since, status, violations`,
	} {
		t.Run(query, func(t *testing.T) {
			values, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			_, err = journal.ParseQuery(values)
			NewWithT(t).Expect(err).To(MatchError(want))
		})
	}
}

// FuzzParseQuery: what is refused is named, and what is taken can be asked.
func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"operation=domains_*&limit=3", "status=4xx&since=2026-03-01T12:00:00Z", "fault=true&search=%22", "method=get&since=9223372036854775807", "x", "operation=[a-"} {
		f.Add(seed)
	}
	j := recorded()
	f.Fuzz(func(t *testing.T, raw string) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		query, err := journal.ParseQuery(values)
		if err != nil {
			name, _, _ := strings.Cut(err.Error(), ":")
			if unquoted, err := unquote(err.Error()); err == nil {
				name = unquoted
			}
			if _, sent := values[name]; !sent {
				t.Fatalf("%q does not name what was sent in %q", err, raw)
			}
			return
		}
		list := j.List(query)
		for i, s := range list.Requests {
			if i > 0 && s.Number >= list.Requests[i-1].Number {
				t.Fatalf("%q: not newest first", raw)
			}
		}
		if again := j.Select(query); len(again) != list.Count {
			t.Fatalf("%q: %d selected, %d listed", raw, len(again), list.Count)
		}
	})
}

func parse(t testing.TB, raw string) journal.Query {
	t.Helper()
	values, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	query, err := journal.ParseQuery(values)
	if err != nil {
		t.Fatal(err)
	}
	return query
}

// unquote reads the quoted text that a message begins with.
func unquote(message string) (string, error) {
	quoted, err := strconv.QuotedPrefix(message)
	if err != nil {
		return "", err
	}
	return strconv.Unquote(quoted)
}
