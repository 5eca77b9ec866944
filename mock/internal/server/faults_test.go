package server_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"github.com/onsi/gomega/types"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const invitesPath = "/api/organizations/@current/invites/"

// protocol is one of the two that the fake speaks: an operation that writes, and what
// tells whether it has.
type protocol struct {
	name, operation string
	write           func(w *mocktest.Running, headers ...string) mocktest.Response
	written         func(w *mocktest.Running) bool
	throttled       string // the words of a 429
}

var protocols = []protocol{
	{"API", "invites_create", func(w *mocktest.Running, headers ...string) mocktest.Response {
		return w.Send("POST", invitesPath, `{"target_email": "met@example.com"}`, headers...)
	}, func(w *mocktest.Running) bool {
		return strings.Contains(w.Send("GET", invitesPath+"?limit=1000", "").Body, "met@example.com")
	}, `{"type":"throttled_error","code":"throttled","detail":"Request was throttled. Expected available in 3 seconds.","attr":null}`},
	{"SCIM", "scim_users_create", func(w *mocktest.Running, headers ...string) mocktest.Response {
		known := w.Target.Get("known.scim")
		email := "met@" + known.Get("email_domain").String()
		return w.Send("POST", "/scim/v2/"+known.Get("domain_id").String()+"/Users", mocktest.SCIMPerson(email, "Ada", "Finch"), append(headers,
			"Authorization", "Bearer "+known.Get("token").String(), "Content-Type", "application/scim+json")...)
	}, func(w *mocktest.Running) bool {
		return strings.Contains(w.Send("GET", "/_understudy/users", "").Body, "met@")
	}, "Request was throttled."},
}

// TestFaultsOverTheWire has a real client meet every phase on both protocols, and looks
// at what has become of the state.
func TestFaultsOverTheWire(t *testing.T) {
	broken := func(body string) bool { return body != "" && !json.Valid([]byte(body)) }
	for _, tc := range []struct {
		name   string
		fault  mock.Fault
		runs   bool // the operation
		status int  // 0 is no answer
		err    types.GomegaMatcher
		slept  time.Duration
		body   types.GomegaMatcher
	}{
		{"before", mock.Fault{Status: 503, RetryAfter: 30}, false, 503, Succeed(), 0, Satisfy(func(body string) bool { return json.Valid([]byte(body)) })},
		{"reset", mock.Fault{Phase: mock.FaultReset}, false, 0, MatchError(syscall.ECONNRESET), 0, BeEmpty()},
		{"after", mock.Fault{Phase: mock.FaultAfter, Status: 500}, true, 500, Succeed(), 0, Satisfy(func(body string) bool { return json.Valid([]byte(body)) })},
		{"lost", mock.Fault{Phase: mock.FaultLost}, true, 0, MatchError(io.EOF), 0, BeEmpty()},
		{"partial", mock.Fault{Phase: mock.FaultPartial}, true, 201, MatchError(io.ErrUnexpectedEOF), 0, Satisfy(broken)},
		{"drip", mock.Fault{Phase: mock.FaultDrip}, true, 201, Succeed(), time.Second, ContainSubstring("met@")},
		{"malformed", mock.Fault{Phase: mock.FaultMalformed}, true, 201, Succeed(), 0, Satisfy(broken)},
		{"slow", mock.Fault{Latency: mock.FixedLatency(2 * time.Second)}, true, 201, Succeed(), 2 * time.Second, ContainSubstring("met@")},
		{"slow refusal", mock.Fault{Status: 502, Latency: mock.FixedLatency(time.Minute)}, false, 502, Succeed(), time.Minute, ContainSubstring("detail")},
	} {
		for _, p := range protocols {
			t.Run(p.name+"/"+tc.name, func(t *testing.T) {
				g := NewWithT(t)
				w := mocktest.Start(t, mock.FailOnUnmetFault())
				tc.fault.ID, tc.fault.Operation, tc.fault.Count = "mine", p.operation, 1
				g.Expect(w.Fault(tc.fault)).To(Succeed())

				answer := p.write(w)

				g.Expect(answer.Status).To(Equal(tc.status), "%v", answer.Err)
				g.Expect(answer.Err).To(tc.err)
				g.Expect(answer.Body).To(tc.body)
				g.Expect(w.Slept.Load()).To(BeEquivalentTo(tc.slept))
				if tc.status != 0 {
					g.Expect(answer.Header.Get("Understudy-Fault")).To(Equal("mine"))
				}
				g.Expect(p.written(w)).To(Equal(tc.runs))
				state := w.Faults()[0]
				g.Expect(state).To(And(HaveField("Matched", 1), HaveField("Met", 1), HaveField("Spent", true)))
				met := w.Requests()[0]
				g.Expect(met).To(And(HaveField("Fault", "mine"), HaveField("Operation", p.operation),
					HaveField("Status", tc.status), HaveField("Changed", tc.runs)))
				if !tc.runs {
					again := p.write(w)
					g.Expect(again.Status).To(Equal(201), "the fault is spent")
					g.Expect(again.Header).NotTo(HaveKey("Understudy-Fault"))
				}
			})
		}
	}
}

// Refusals are in the words of the protocol.
func TestRefusalsSpeakTheProtocol(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			g := NewWithT(t)
			w := mocktest.Start(t)
			g.Expect(w.Fault(mock.Fault{Status: 429, RetryAfter: 3})).To(Succeed())
			answer := p.write(w)
			g.Expect(answer.Header.Get("Retry-After")).To(Equal("3"))
			g.Expect(answer.Body).To(ContainSubstring(p.throttled))
			scim := strings.Contains(answer.Body, "urn:ietf:params:scim:api:messages:2.0:Error")
			g.Expect(scim).To(Equal(p.name == "SCIM"))
		})
	}
}

// TestMagicWords asks for a fault in a request itself, wherever that can be.
func TestMagicWords(t *testing.T) {
	const header = "Understudy-Fault"
	invite := func(email string) string { return `{"target_email": "` + email + `"}` }
	for _, tc := range []struct {
		name, path, body, header string
		status                   int
		invited                  bool
	}{
		{"header", invitesPath, invite("magic@example.com"), "503", 503, false},
		{"header with the prefix", invitesPath, invite("magic@example.com"), "understudy-fault-after-500", 500, true},
		{"e-mail", invitesPath, invite("magic+understudy-fault-429@example.com"), "", 429, false},
		{"query", invitesPath + "?note=understudy-fault-502", invite("magic@example.com"), "", 502, false},
		{"the header goes first", invitesPath + "?note=understudy-fault-502", invite("magic@example.com"), "504", 504, false},
		{"what only looks like one", invitesPath, invite("magic+understudy-fault-nonsense@example.com"), "", 201, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			w := mocktest.Start(t)
			var headers []string
			if tc.header != "" {
				headers = []string{header, tc.header}
			}
			g.Expect(w.Send("POST", tc.path, tc.body, headers...).Status).To(Equal(tc.status))
			g.Expect(strings.Contains(w.Send("GET", invitesPath+"?limit=1000", "").Body, "magic")).To(Equal(tc.invited))
			g.Expect(w.Faults()).To(BeEmpty(), "nothing stays")
		})
	}
	t.Run("path", func(t *testing.T) {
		w := mocktest.Start(t)
		NewWithT(t).Expect(w.Send("GET", "/api/organizations/understudy-fault-503/invites/", "").Status).To(Equal(503))
	})
}

func TestAHeaderThatNamesNoFault(t *testing.T) {
	g := NewWithT(t)
	w := mocktest.Start(t)
	answer := w.Send("POST", invitesPath, `{"target_email": "never@example.com"}`, "Understudy-Fault", "rain")
	g.Expect(answer.Status).To(Equal(http.StatusBadRequest))
	g.Expect(gjson.Get(answer.Body, "understudy").String()).To(Equal("invalid_fault"))
	g.Expect(gjson.Get(answer.Body, "detail").String()).To(And(ContainSubstring(`"rain"`), ContainSubstring("after-500")))
	g.Expect(w.Outbox()).To(BeEmpty())
	g.Expect(w.Requests()[0]).To(And(HaveField("Status", 400), HaveField("RefusedBy", "fault header"),
		HaveField("Explanation.Sufficient", Not(BeEmpty()))))
}

// TestWhichCallsMeetFaults: the nth, so many, of one caller, in one sandbox.
func TestWhichCallsMeetFaults(t *testing.T) {
	const list = "/api/organizations/@current/domains/"
	statuses := func(w *mocktest.Running, calls int, headers ...string) (all []int) {
		for range calls {
			all = append(all, w.Send("GET", list, "", headers...).Status)
		}
		return all
	}
	owner := func(w *mocktest.Running) []string {
		return []string{"Authorization", "Bearer " + w.Target.Get("credentials.owner.personal_api_key").String()}
	}
	for _, tc := range []struct {
		name  string
		fault mock.Fault
		calls func(w *mocktest.Running) []int
		want  []int
		met   int
	}{
		{"every one", mock.Fault{}, func(w *mocktest.Running) []int { return statuses(w, 3) }, []int{500, 500, 500}, 3},
		{"from the second on", mock.Fault{Nth: 2}, func(w *mocktest.Running) []int { return statuses(w, 3) }, []int{200, 500, 500}, 2},
		{"the second", mock.Fault{Nth: 2, Count: 1}, func(w *mocktest.Running) []int { return statuses(w, 3) }, []int{200, 500, 200}, 1},
		{"the first two", mock.Fault{Count: 2}, func(w *mocktest.Running) []int { return statuses(w, 3) }, []int{500, 500, 200}, 2},
		{"of one caller", mock.Fault{Caller: "admin@hedgerow.example"}, func(w *mocktest.Running) []int {
			return append(statuses(w, 1), statuses(w, 1, owner(w)...)...)
		}, []int{500, 200}, 1},
		{"of another operation", mock.Fault{Operation: "invites_*"}, func(w *mocktest.Running) []int { return statuses(w, 1) }, []int{200}, 0},
		{"of another sandbox", mock.Fault{}, func(w *mocktest.Running) []int {
			return append(statuses(w, 1, "Understudy-Sandbox", "other"), statuses(w, 1)...)
		}, []int{200, 500}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			w := mocktest.Start(t)
			tc.fault.ID, tc.fault.Status = "mine", 500
			g.Expect(w.Fault(tc.fault)).To(Succeed())
			g.Expect(tc.calls(w)).To(Equal(tc.want))
			listed := w.Send("GET", "/_understudy/faults", "").Body
			g.Expect(gjson.Get(listed, "faults.0.met").Int()).To(BeEquivalentTo(tc.met))
			g.Expect(gjson.Get(listed, "count").Int()).To(BeEquivalentTo(1))
		})
	}
}

func TestPresets(t *testing.T) {
	g := NewWithT(t)
	w := mocktest.Start(t)
	armed := w.Send("POST", "/_understudy/faults", `{"preset": "maintenance"}`)
	g.Expect(armed.Status).To(Equal(http.StatusCreated))
	refused := w.Send("GET", invitesPath, "")
	g.Expect(refused.Status).To(Equal(http.StatusServiceUnavailable))
	g.Expect(refused.Header.Get("Retry-After")).To(Equal("30"))
	g.Expect(w.Send("GET", "/_understudy/health", "").Status).To(Equal(http.StatusOK), "the control plane meets none")
	g.Expect(w.Send("DELETE", "/_understudy/faults", "").Status).To(Equal(http.StatusNoContent))
	g.Expect(w.Send("GET", invitesPath, "").Status).To(Equal(http.StatusOK))

	unknown := w.Send("POST", "/_understudy/faults", `{"preset": "sunshine"}`)
	g.Expect(unknown.Status).To(Equal(http.StatusBadRequest))
	g.Expect(gjson.Get(unknown.Body, "detail").String()).To(ContainSubstring("flaky-network"))
}

// A caller who goes away while a fault makes it wait leaves nothing but a line in the
// journal.
func TestCallersWhoGoAwayLeaveNothing(t *testing.T) {
	before := gleak.Goroutines()
	t.Run("server", func(t *testing.T) {
		g := NewWithT(t)
		waiting := make(chan struct{})
		fake := mock.Start(t, mock.WithSleep(func(ctx context.Context, _ time.Duration) error {
			close(waiting)
			<-ctx.Done()
			return ctx.Err()
		}))
		g.Expect(fake.Fault(mock.Fault{ID: "slow", Operation: "invites_create", Latency: mock.FixedLatency(time.Hour)})).To(Succeed())
		ctx, leave := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, fake.URL+invitesPath, strings.NewReader(`{"target_email": "gone@example.com"}`))
		g.Expect(err).NotTo(HaveOccurred())
		request.Header.Set("Authorization", "Bearer "+mocktest.New(t).Known("credentials.admin.personal_api_key"))
		go func() {
			<-waiting
			leave()
		}()
		_, err = fake.Client.Do(request)
		g.Expect(err).To(MatchError(context.Canceled))
		g.Eventually(fake.Requests).Should(ConsistOf(And(HaveField("Fault", "slow"), HaveField("Status", 0), HaveField("Changed", false))))
		g.Expect(fake.Outbox()).To(BeEmpty())
	})
	NewWithT(t).Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
}
