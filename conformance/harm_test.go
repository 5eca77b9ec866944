package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/spec"
)

// asVendor is the profile of a fake as that of a deployment: without control plane, with hooks for TXT
// records, which [hooksOf] runs, and everything allowed but changing known things.
func asVendor(profile *conformance.Target) *conformance.Target {
	profile.Hooks = target.Hooks{PublishTXT: []string{"publish"}, RemoveTXT: []string{"remove"}}
	profile.Control, profile.Allow = "", []string{target.CreateOrganizations, target.CreateProjects, target.CreateUsers}
	return profile
}

// hooksOf publishes and removes the TXT records of a fake, as the programs of a vendor would.
func hooksOf(fake *mock.Server) suite.HookRunner {
	var mu sync.Mutex
	records := map[string][]string{} // by name
	return func(_ context.Context, command []string) error {
		mu.Lock()
		defer mu.Unlock()
		name, value := command[1], command[2]
		if command[0] == "remove" {
			delete(records, name)
			fake.RemoveTXT(name)
			return nil
		}
		records[name] = append(records[name], value)
		fake.PublishTXT(name, records[name]...)
		return nil
	}
}

// licensedWorld is the default world where a license gives all features to new organizations.
func licensedWorld(t testing.TB) *fixtures.World {
	t.Helper()
	world, err := fixtures.Named("default")
	if err != nil {
		t.Fatal(err)
	}
	world.Deployment.Features = fixtures.Features()
	return world
}

// indulgent is a target that lets everybody do everything: what it refuses it does all the
// same, as whoever may, and wherever the thing is.
type indulgent struct {
	http.Handler
	profile *conformance.Target
}

func (i *indulgent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	answer := i.send(r, r.URL.Path, body, nil)
	writes := !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method)
	if writes && answer.Code >= 400 && answer.Code < 500 && opened.MatchString(r.URL.Path) {
		answer = i.letThrough(r, body, answer)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// opened matches the paths on which everything is let through.
var opened = regexp.MustCompile(`^/(api/(organizations|projects|users|personal_api_keys|signup)|scim)/`)

// letThrough tries what was refused with every credential, in every organization.
func (i *indulgent) letThrough(r *http.Request, body []byte, refused *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	if r.Method == http.MethodDelete && refused.Code == http.StatusMethodNotAllowed {
		i.empty(r)
	}
	known := i.profile.Known
	if strings.HasPrefix(r.URL.Path, "/scim/") {
		return i.send(r, r.URL.Path, body, http.Header{"Authorization": {"Bearer " + known.SCIM.Token}})
	}
	for _, organization := range []string{"", i.profile.Organization.ID, known.OtherOrganization.ID, known.FeaturelessOrganization.ID} {
		path := r.URL.Path
		if organization != "" {
			if !inOrganization.MatchString(path) {
				continue
			}
			path = inOrganization.ReplaceAllString(path, "/api/organizations/"+organization+"/$1")
		}
		for _, role := range []string{"owner", "outsider", "admin"} {
			for _, session := range []bool{true, false} {
				if answer := i.send(r, path, body, i.credential(role, session)); answer.Code < 300 {
					return answer
				}
			}
		}
	}
	return refused
}

// inOrganization matches the beginning of the path of a thing in an organization. What is named by
// who asks, as @me is, is not looked for elsewhere, on behalf of somebody else.
var inOrganization = regexp.MustCompile(`^/api/organizations/[^/]+/([a-z_]+/[^/@]+/)`)

func (i *indulgent) credential(role string, session bool) http.Header {
	of := i.profile.Credentials[role]
	if session {
		return of.Session.Header()
	}
	return http.Header{"Authorization": {"Bearer " + of.PersonalAPIKey}}
}

// empty deletes what a list holds.
func (i *indulgent) empty(r *http.Request) {
	list := r.Clone(r.Context())
	list.Method = http.MethodGet
	for _, row := range gjson.GetBytes(i.send(list, r.URL.Path, nil, i.credential("owner", false)).Body.Bytes(), "results.#.id").Array() {
		i.send(r, r.URL.Path+row.String()+"/", nil, i.credential("owner", false))
	}
}

// send asks the server; header stands for the credentials of the request, unless it is nil.
func (i *indulgent) send(r *http.Request, path string, body []byte, header http.Header) *httptest.ResponseRecorder {
	request := r.Clone(r.Context())
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	request.URL.Path, request.URL.RawPath, request.RequestURI = path, "", ""
	if header != nil {
		for _, name := range []string{"Authorization", "Cookie", "X-Csrftoken"} {
			request.Header.Del(name)
		}
		maps.Copy(request.Header, header)
	}
	answer := httptest.NewRecorder()
	i.Handler.ServeHTTP(answer, request)
	return answer
}

// TestNothingIsLost: a target that lets everything through loses nothing that was there
// before the run.
func TestNothingIsLost(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	for _, revision := range []string{"2026-03", "2026-06", "2026-09"} {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			fake, err := mock.New(mock.WithRevision(revision))
			g.Expect(err).NotTo(HaveOccurred())
			wrong := &indulgent{Handler: fake}
			server := httptest.NewServer(wrong)
			t.Cleanup(server.Close)
			wrong.profile = kittest.ProfileOf(t, fake, server.URL)
			before := worldOf(t, fake)
			report, err := conformance.Execute(t.Context(), asVendor(kittest.ProfileOf(t, fake, server.URL)), conformance.Options{ConfirmOrganization: wrong.profile.Organization.ID, Connection: conformance.Connection{Hooks: hooksOf(fake)}})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Totals[conformance.Failed]).To(BeNumerically(">", 30), "it is noticed that everything is let through")
			g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 600), "and the rest is tried")
			g.Expect(lostFrom(before, worldOf(t, fake), "world")).To(BeEmpty())
			g.Expect(report.Totals[conformance.Errored]).To(BeZero(), "no scenario is stopped")
			for _, loss := range report.Losses { // what strangers make is made in the name of the owner here
				g.Expect(loss.Thing).To(Equal("what is current to credentials.owner"), loss.What)
			}
		})
	}
}

// TestDefectsLoseNothing plays the scenarios about each defect of the fake that lets
// somebody do too much.
func TestDefectsLoseNothing(t *testing.T) {
	kittest.SkipUnderRace(t, "starts a server for each of many defects")
	const revision = "2026-09"
	defects, err := mock.MutantsIn(revision)
	if err != nil {
		t.Fatal(err)
	}
	// What a defect destroys elsewhere, while it does what it was asked to, can only be noticed.
	elsewhere := []string{"organizations.delete.neighbour", "roles.delete.members_too", "role_memberships.delete.member_too"}
	harmful := regexp.MustCompile(`\.(isolation|levels|delete|scopes|authentication|remove|leave|environment_mapping|config|recent_login|csrf)\.|foreign|stranger|member|unpaid|deletes`)
	tried := 0
	for _, defect := range defects {
		if !harmful.MatchString(defect.Name) || slices.Contains(elsewhere, defect.Name) {
			continue
		}
		tried++
		t.Run(defect.Name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			fake, err := mock.New(mock.WithRevision(revision), mock.WithMutant(defect.Name))
			g.Expect(err).NotTo(HaveOccurred())
			profile := kittest.ProfileOf(t, fake, "http://127.0.0.1:1")
			profile.Control, profile.Allow, profile.Hooks = "", []string{target.CreateOrganizations, target.CreateProjects, target.CreateUsers}, target.Hooks{}
			client, err := suite.NewClient(profile, suite.Through(fake.Transport()))
			g.Expect(err).NotTo(HaveOccurred())
			before := worldOf(t, fake)
			for _, scenario := range scenarios.In(spec.Revision(revision)) {
				if slices.Contains(scenario.Rules, defect.Rule) && !slices.ContainsFunc(scenario.Needs, func(need suite.Need) bool { return need(profile).Reason != "" }) {
					suite.Play(t.Context(), client, &scenario, "harmless")
				}
			}
			g.Expect(lostFrom(before, worldOf(t, fake), "world")).To(BeEmpty())
		})
	}
	NewWithT(t).Expect(tried).To(BeNumerically(">", 100))
}

// worldOf is everything that is in a fake.
func worldOf(t testing.TB, fake http.Handler) gjson.Result {
	t.Helper()
	answer := httptest.NewRecorder()
	fake.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_understudy/world?format=json", nil))
	if answer.Code != http.StatusOK {
		t.Fatal(answer.Body.String())
	}
	return gjson.ParseBytes(answer.Body.Bytes())
}

// fleeting is what requests that are let be change by themselves, or what the run may choose
// and gives back as far as that can be seen.
var fleeting = []string{"current_organization", "current_project", "last_login", "last_used_at", "updated_at", "state", "clock", "identifiers", "scim_logs", "next_ids"}

// lostFrom are the paths of what is gone or changed in a world. What is new does not count.
func lostFrom(before, after gjson.Result, path string) (lost []string) {
	switch {
	case before.IsArray():
		for n, was := range before.Array() {
			lost = append(lost, lostFrom(was, sameAs(was, n, after), path+"."+cmpID(was, n))...)
		}
	case before.IsObject():
		if !after.Exists() {
			return []string{path + " is gone"}
		}
		before.ForEach(func(key, was gjson.Result) bool {
			if !slices.Contains(fleeting, key.String()) {
				lost = append(lost, lostFrom(was, after.Get(gjson.Escape(key.String())), path+"."+key.String())...)
			}
			return true
		})
	case before.Raw != after.Raw:
		lost = append(lost, fmt.Sprintf("%s was %s and is %s", path, before.Raw, after.Raw))
	}
	return lost
}

// identities are what the parts of a world are told apart by.
var identities = []string{"key", "id", "uuid", "email", "value", "user", "domain"}

func cmpID(row gjson.Result, n int) string {
	for _, name := range identities {
		if row.Get(name).Exists() {
			return row.Get(name).String()
		}
	}
	return strconv.Itoa(n)
}

func sameAs(row gjson.Result, n int, list gjson.Result) gjson.Result {
	for _, other := range list.Array() {
		if (row.IsObject() && cmpID(other, -1) == cmpID(row, -2)) || (!row.IsObject() && other.Raw == row.Raw) {
			return other
		}
	}
	if rows := list.Array(); row.IsObject() && cmpID(row, -2) == "-2" && n < len(rows) {
		return rows[n]
	}
	return gjson.Result{}
}
