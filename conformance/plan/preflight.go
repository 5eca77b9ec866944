package plan

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Preflight is what a target offers, found out by reads that change nothing. Logins
// are tried only where a scenario that is about to run would make one.
type Preflight struct {
	// Version is what the target says of itself; "" if it says nothing.
	Version string `json:"version,omitempty"`
	// RevisionShown is the revision of the API that the target shows.
	report.RevisionShown
	// Features are the organization's, nil if they cannot be seen.
	Features []string `json:"features"`
	// Credentials are what the profile has, in the order of [target.Roles].
	Credentials []CredentialFound `json:"credentials"`
	// Offers are everything else that scenarios may need.
	Offers []Offer `json:"offers"`
	// Clock is how far the target's clock is ahead of this machine's, to the second.
	Clock time.Duration `json:"clock_ahead_ns"`
	// Latency is how long an answer takes.
	Latency time.Duration `json:"latency_ns"`

	// NotObserved are the claims of the profile that the target does not bear out.
	NotObserved []Claim `json:"claimed_not_observed"`
}

// Claim is a field of the profile, and why it is not counted on.
type Claim struct {
	Path string `json:"path"`
	Why  string `json:"why"`
}

// CredentialFound is what works of one role's credential.
type CredentialFound struct {
	Role string `json:"role"`
	// Key and Session tell whether they work: yes, no, absent, or not tried.
	Key     string `json:"key"`
	Session string `json:"session"`
	// Level is that in the organization, 0 if it cannot be seen.
	Level int `json:"level,omitempty"`
	// Reads are the resources of the organization that the key may list.
	Reads []string `json:"reads,omitempty"`
	// Note says what is odd.
	Note string `json:"note,omitempty"`
}

// Offer is something that the profile may claim.
type Offer struct {
	Name     string `json:"name"`
	Claimed  bool   `json:"claimed"`
	Observed string `json:"observed"` // yes, no or unknown
	Detail   string `json:"detail,omitempty"`
}

// What a preflight says of a claim.
const (
	yes      = "yes"
	no       = "no"
	unknown  = "unknown"
	absent   = "absent"
	notTried = "not tried"
)

// runPreflight asks a target what it offers. needsSession reports whether a scenario that
// is about to run would log in as a role.
func runPreflight(ctx context.Context, client *suite.Client, shown report.RevisionShown, needsSession func(role string) bool) (*Preflight, error) {
	p := &prober{Preflight: &Preflight{RevisionShown: shown, NotObserved: []Claim{}}, t: client.Target, needsSession: needsSession}
	started := time.Now()
	if err := suite.Ask(ctx, client, p.askVersion); err != nil {
		return nil, NoAnswer(client, err)
	}
	p.Latency = time.Since(started)
	if err := suite.Ask(ctx, client, p.credentials); err != nil {
		return nil, stoppedAnswering(client, err)
	}
	for _, why := range []string{p.answers.profileMistake(client.Target), p.noCredential()} {
		if why != "" {
			return nil, fmt.Errorf("nothing was run: %s", client.Secrets.Mask(why))
		}
	}
	for _, question := range []func(*suite.S){p.tryKnown, p.trySurroundings} {
		if err := suite.Ask(ctx, client, question); err != nil {
			return nil, stoppedAnswering(client, err)
		}
	}
	return p.Preflight, nil
}

// noCredential says that nobody of the profile can do anything, "" if somebody can.
func (p *Preflight) noCredential() string {
	for _, c := range p.Credentials {
		if c.Key == yes || c.Session == yes || (c.Key == absent && c.Session == notTried) {
			return ""
		}
	}
	reasons := make([]string, 0, len(p.NotObserved))
	for _, claim := range p.NotObserved {
		reasons = append(reasons, claim.Path+": "+claim.Why)
	}
	return "no credential of the profile works: " + strings.Join(reasons, "; ")
}

// NoAnswer is the error of a target that did not answer the first question.
func NoAnswer(client *suite.Client, err error) error {
	return fmt.Errorf("the target %s does not answer, so nothing was run: %s", report.PublicAddress(client.Target.BaseURL), client.Secrets.Mask(err.Error()))
}

func stoppedAnswering(client *suite.Client, err error) error {
	return fmt.Errorf("the target stopped answering while it was asked what it offers: %s", client.Secrets.Mask(err.Error()))
}

// prober asks a target about what its profile claims, and notes what it finds.
type prober struct {
	*Preflight
	answers      answerTally
	t            *target.Profile
	needsSession func(role string) bool
}

// askVersion asks for what anybody may see. Source of the path: posthog/views.py.
func (p *prober) askVersion(s *suite.S) {
	said := s.Anonymous().Get("/_preflight/")
	if date, err := time.Parse(time.RFC1123, said.Header("Date")); err == nil {
		if ahead := time.Until(date).Round(time.Second); ahead.Abs() > time.Second {
			p.Clock = ahead // dates have no parts of a second
		}
	}
	if said.Code() == 200 {
		for _, name := range []string{"posthog_version", "version", "realm", "region"} {
			if text := said.Text(name); text != "" {
				p.Version = strings.TrimSpace(p.Version + " " + name + " " + text)
			}
		}
	}
}

// resources are what a key may list, each of a scope of its own or a level.
var resources = []string{suite.Domains, suite.Configs, suite.Integrations, suite.Invites, suite.Members, suite.Roles, suite.Projects}

// credentials tries every key, and the sessions that a scenario would need.
func (p *prober) credentials(s *suite.S) {
	for _, role := range target.Roles {
		credential, ok := p.t.Credentials[role]
		if !ok {
			continue
		}
		found := CredentialFound{Role: role, Key: absent, Session: absent}
		if credential.PersonalAPIKey != "" {
			p.key(s, &found)
		}
		if credential.HasSession() {
			p.session(s, &found)
		}
		p.Credentials = append(p.Credentials, found)
	}
}

// key counts a key as refused only when nothing takes it: one refusal may be what
// is wrong with the target.
func (p *prober) key(s *suite.S, found *CredentialFound) {
	key := s.Key(found.Role)
	refused, taken := 0, 0
	get := func(path string) *suite.Response {
		answer := key.Get(path)
		if strings.HasPrefix(path, s.Org()) && (found.Role == "admin" || p.t.Credentials["admin"].PersonalAPIKey == "") {
			p.answers.note(answer)
		}
		switch {
		case answer.Code() == 401:
			refused++
		case answer.Code() == 403, answer.Code() < 300:
			taken++
		}
		return answer
	}
	organization := get(s.Org())
	found.Level = int(organization.Get("membership_level").Int())
	if found.Role == "admin" {
		p.features(organization)
	}
	me := get("/api/users/@me/")
	if found.Role == "admin" {
		p.answers.noteCaller(me)
	}
	for _, resource := range resources {
		if get(s.Org(resource)+"?limit=1").Code() == 200 {
			found.Reads = append(found.Reads, resource)
		}
	}
	found.Key = yes
	if refused > 1 && taken == 0 {
		found.Key = no
		p.noteUnobserved("credentials."+found.Role+".personal_api_key", "the target refuses the key with 401")
	}
	if want, ok := levels[found.Role]; ok && found.Level != 0 && found.Level != want {
		found.Note = fmt.Sprintf("its level is %d, where scenarios count on %d", found.Level, want)
		if found.Role == "admin" && found.Level < want && memberLevel(s, key) == found.Level {
			p.noteUnobserved("credentials.admin.personal_api_key", "it is of no administrator: "+found.Note)
		}
	}
}

// memberLevel returns the level of a caller in the list of members, 0 if it cannot be seen.
// What an organization says of its reader's level may be what is wrong with it.
func memberLevel(s *suite.S, caller *suite.Caller) int {
	me := caller.Get("/api/users/@me/").Text("uuid")
	return int(caller.All(s.Org(suite.Members)).Get(`results.#(user.uuid=="` + me + `").level`).Int())
}

// levels that the profile's contract gives the roles.
var levels = map[string]int{"admin": 8, "owner": 15, "member": 1}

// features notes the features of the organization, and which claimed ones it lacks.
func (p *prober) features(organization *suite.Response) {
	list := organization.Get("available_product_features")
	if !list.IsArray() {
		return
	}
	p.Features = []string{}
	for _, feature := range list.Array() {
		p.Features = append(p.Features, feature.Get("key").String())
	}
	slices.Sort(p.Features)
	for _, claimed := range p.t.Organization.Features {
		if !slices.Contains(p.Features, claimed) {
			p.noteUnobserved("organization.features", "the organization does not list "+claimed)
		}
	}
}

// session tries a session where a scenario would. The login counts for the run.
func (p *prober) session(s *suite.S, found *CredentialFound) {
	found.Session = notTried
	if !p.needsSession(found.Role) {
		return
	}
	found.Session = yes
	why := ""
	refused := s.Try(func(s *suite.S) { why = trySession(s, found.Role) })
	if why = cmp.Or(refused, why); why != "" {
		found.Session = no
		p.noteUnobserved("credentials."+found.Role+".session", why)
		s.Distrust(found.Role, why)
	}
}

// noteUnobserved notes that a claim of the profile is not borne out.
func (p *Preflight) noteUnobserved(path, why string) {
	p.NotObserved = append(p.NotObserved, Claim{path, why})
}

// offer notes something that the profile may claim, and what was observed of it.
func (p *Preflight) offer(name string, claimed bool, observed, detail string) {
	p.Offers = append(p.Offers, Offer{name, claimed, observed, detail})
	if claimed && observed == no {
		p.noteUnobserved(name, detail)
	}
}

// trySurroundings tries what lies around the API: the control plane and the hooks.
func (p *prober) trySurroundings(s *suite.S) {
	control := absent
	if p.t.Control != "" {
		control = no
		if s.Anonymous().Get(p.t.Control+"/health").Code() == 200 || s.Anonymous().Get(p.t.Control+"/clock").Code() == 200 {
			control = yes
		}
	}
	p.offer("control", p.t.Control != "", control, "neither health nor clock answers there")
	hook, detail := absent, ""
	if len(p.t.Hooks.PublishTXT) > 0 {
		hook = yes
		if _, err := exec.LookPath(p.t.Hooks.PublishTXT[0]); err != nil {
			hook, detail = no, "the program is not there: "+p.t.Hooks.PublishTXT[0]
		}
	}
	p.offer("hooks.publish_txt", len(p.t.Hooks.PublishTXT) > 0, hook, detail)
}

// confirmed returns the profile without what the target does not bear out.
func (p *Preflight) confirmed(t *target.Profile) *target.Profile {
	without := *t
	without.Credentials = maps.Clone(t.Credentials)
	without.Organization.Features = p.featuresOf(t)
	for _, claim := range p.NotObserved {
		removeClaim(&without, claim.Path)
	}
	return &without
}

// featuresOf returns the features to count on: those that the organization lists, without
// those that the profile says it lacks; nil if nothing is known.
func (p *Preflight) featuresOf(t *target.Profile) []string {
	switch {
	case p.Features == nil:
		return t.Organization.Features
	case t.Organization.Features == nil:
		return p.Features
	}
	return slices.DeleteFunc(slices.Clone(p.Features), func(feature string) bool {
		return !slices.Contains(t.Organization.Features, feature)
	})
}

// reasonFor says why the claim that a reason names is not counted on.
func (p *Preflight) reasonFor(reason string) string {
	for _, claim := range p.NotObserved {
		if strings.Contains(reason, strings.TrimSuffix(claim.Path, "session")) {
			return claim.Path + " is claimed by the profile but not observed: " + claim.Why
		}
	}
	return "claimed by the profile but not observed: " + reason
}

// Observed returns what was found, as the log has it: what the profile may claim, and below it
// the claims that nothing else names. clean takes out of a text what may not be logged.
func (p *Preflight) Observed(clean func(string) string) *report.Observed {
	o := &report.Observed{Version: clean(p.Version), RevisionShown: p.RevisionShown, Features: p.Features}
	for _, c := range p.Credentials {
		for _, part := range []struct{ name, observed string }{{"personal_api_key", c.Key}, {"session", c.Session}} {
			o.Facts = append(o.Facts, report.Fact{
				Name: "credentials." + c.Role + "." + part.name, Claimed: part.observed != absent, Observed: part.observed, Detail: clean(c.Note),
			})
		}
	}
	for _, offer := range p.Offers {
		o.Facts = append(o.Facts, report.Fact{Name: offer.Name, Claimed: offer.Claimed, Observed: offer.Observed, Detail: clean(offer.note())})
	}
	for _, claim := range p.NotObserved {
		i := slices.IndexFunc(o.Facts, func(f report.Fact) bool { return f.Name == claim.Path })
		if i < 0 {
			i, o.Facts = len(o.Facts), append(o.Facts, report.Fact{Name: claim.Path, Claimed: true, Observed: no})
		}
		o.Facts[i].Detail = clean(claim.Why)
	}
	return o
}
