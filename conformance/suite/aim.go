package suite

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
)

// A story that asks for a refusal finds out what happens without it when the target is
// wrong. So before a request is sent that is not safe, the suite asks what it would change
// or destroy if it were let through. That may be what the run made, what the profile lends,
// or nothing at all; anything else is a mistake of the scenario, which ends there.

// checkAim ends the story before it sends a request whose success would touch what is not
// the run's to touch.
func (s *S) checkAim(by *Caller, e *Exchange) {
	path, aimed := s.aimedPath(by, e)
	if s.unchecked || e.IsSafe() || !aimed {
		return
	}
	a := aim{s: s, by: by, e: e}
	a.steps, a.action = stepsOf(path)
	if touched := a.touched(path); touched != "" {
		s.giveUp("the scenario would touch " + touched + ", which the run did not make and the profile does not lend; nothing was sent")
	}
}

// aimedPath is the path of a request to the target itself, not to the fake's control plane
// nor to a sandbox beside it, which goes when its story ends.
func (s *S) aimedPath(by *Caller, e *Exchange) (path string, aimed bool) {
	if control := s.Target().Control; control != "" && strings.HasPrefix(e.URL, control+"/") {
		return "", false
	}
	if by.instead != "" || by.header.Get(sandboxHeader) != "" {
		return "", false
	}
	path, mine := s.client.pathOf(e.URL)
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	return path, mine
}

// aim is a request and what it is about.
type aim struct {
	s     *S
	by    *Caller
	e     *Exchange
	steps []step
	// action is what the request does to the last of them, "" where its method says so.
	action string
}

// step is a part of a path: a collection, and one thing in it; "" is the collection
// itself.
type step struct{ collection, id string }

func (st step) String() string {
	if st.id == "" {
		return "everything in " + st.collection
	}
	return st.collection + " " + st.id
}

// scimServers is what steps call the SCIM servers, invitations where invites are accepted.
const (
	scimServers = "SCIM server"
	invitations = "signup"
	users       = "users"
	keys        = "personal_api_keys"
	allOrgs     = "organizations"
)

// steppable are the words of paths that the identifier of a thing follows.
var steppable = []string{
	allOrgs, Domains, Configs, Integrations, Invites, Members, Roles, RoleMemberships, Projects, users, keys, invitations, "Users", "Groups",
}

// stepsOf reads the things of a path, and the action on the last. What follows on a
// collection of invites may be one, too.
func stepsOf(path string) (steps []step, action string) {
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	switch {
	case len(words) > 2 && words[0] == "scim":
		steps, words = append(steps, step{scimServers, words[2]}), words[3:]
	case len(words) > 0 && words[0] == "api":
		words = words[1:]
	}
	for len(words) > 0 && slices.Contains(steppable, words[0]) {
		st := step{collection: words[0]}
		if words = words[1:]; len(words) > 0 && (st.collection != Invites || !slices.Contains([]string{"bulk", "delegate"}, words[0])) {
			st.id, words = strings.ToLower(words[0]), words[1:]
		}
		steps = append(steps, st)
	}
	return steps, strings.Join(words, "/")
}

// touched names what the request would change or destroy that it must not, "" if nothing.
func (a *aim) touched(path string) string {
	if strings.Trim(path, "/") == "logout" && a.s.client.isShared(a.by) {
		return "a session that is not the story's own"
	}
	if len(a.steps) == 0 {
		return "" // who logs in only opens a session; what is not there does nothing
	}
	last := a.steps[len(a.steps)-1]
	switch {
	case a.makesAccount() && !mayMakeUsers(a.s.Target()):
		return "the users of the deployment, of whom there would be one more without allow: [" + target.CreateUsers + "]"
	case last.collection == invitations:
		return a.touchedByAccepting(last)
	case last.id == "" && a.e.Method == http.MethodPost:
		return a.touchedByCreating()
	case last.collection == scimServers && a.e.Method == http.MethodPost && a.mayCreateIn(last):
		return "" // what describes a server is not written
	case last.id == "":
		if a.changesNothing() || a.mayEmpty() {
			return ""
		}
		return last.String() + " of " + a.holder().String()
	case a.changesNothing():
		return a.reference()
	case a.mine(last), a.lent(last):
		return a.reference()
	}
	return last.String()
}

// holder is what the last thing of the path is in.
func (a *aim) holder() step {
	if len(a.steps) < 2 {
		return step{"the target", a.s.Target().Name}
	}
	return a.steps[len(a.steps)-2]
}

// mayEmpty reports whether everything in a collection may go.
func (a *aim) mayEmpty() bool { return len(a.steps) > 1 && a.mine(a.holder()) }

// touchedByCreating names what a new thing would be put into that is not for that. In the
// organizations of the profile, what is made is deleted again.
func (a *aim) touchedByCreating() string {
	if len(a.steps) > 1 && !a.makesNothing() && !a.mine(a.holder()) && !a.mayCreateIn(a.holder()) {
		return a.holder().String()
	}
	if person := a.adopted(); person != "" {
		return person
	}
	return a.reference()
}

// makesNothing reports whether a body lacks what a thing of its kind cannot be without.
func (a *aim) makesNothing() bool {
	kind, _ := a.s.kindAt(a.e.URL)
	if kind == nil || !kind.Required || strings.Contains(a.e.RequestHeader.Get("Content-Type"), "form") {
		return false
	}
	body := gjson.ParseBytes(a.e.RequestBody)
	if kind.Name == scimUserKind && len(body.Get("emails").Array()) > 0 {
		return false
	}
	return body.Get(kind.Mark).String() == "" && len(body.Get("#."+kind.Mark).Array()) == 0
}

func (a *aim) mayCreateIn(holder step) bool {
	t := a.s.Target()
	allowed := []string{t.Organization.ID}
	if other := t.Known.OtherOrganization; other != nil && (other.Lent || a.role() == "outsider") {
		allowed = append(allowed, other.ID)
	}
	if plain := t.Known.FeaturelessOrganization; plain != nil {
		allowed = append(allowed, plain.ID)
	}
	switch holder.collection {
	case allOrgs:
		return slices.ContainsFunc(allowed, func(id string) bool { return strings.EqualFold(id, a.resolved(holder).id) })
	case scimServers:
		scim := t.Known.SCIM
		return scim != nil && slices.Contains([]string{scim.DomainID, scim.Slug}, holder.id)
	}
	return false
}

// adopted names the person of the profile whom a SCIM server would take for its own: it
// gives them another name.
func (a *aim) adopted() string {
	if a.holder().collection != scimServers {
		return ""
	}
	for role, credential := range a.s.Target().Credentials {
		if credential.Email != "" && strings.Contains(strings.ToLower(string(a.e.RequestBody)), `"`+strings.ToLower(credential.Email)+`"`) {
			return "the user of credentials." + role
		}
	}
	return ""
}

// touchedByAccepting names what accepting an invite would change: it uses the invite up, and
// makes whoever is logged in a member.
func (a *aim) touchedByAccepting(invite step) string {
	if a.e.Method != http.MethodPost {
		return ""
	}
	_, organization := a.s.client.labelOf(invite.id)
	stranger := a.byProfile() && a.role() != "admin" && a.role() != "owner" && a.role() != "member"
	switch {
	case !a.mine(invite):
		return "invite " + invite.id
	case stranger && organization != "":
		return "the user of credentials." + a.role()
	}
	return ""
}

// referring are properties of bodies whose values name things that are changed too: a
// domain writes its settings to the config that it is linked to, a config to the domains
// that it serves, and a mapping gives each project an integration.
var referring = map[string]string{
	"identity_provider_config": Configs, "organization_domain_ids": Domains,
	"production": Projects, "preview": Projects, "development": Projects,
}

// reference names what the body of the request refers to and would change.
func (a *aim) reference() string {
	var body map[string]any
	if json.Unmarshal(a.e.RequestBody, &body) != nil {
		return ""
	}
	for name, value := range body {
		collection := referring[name]
		if collection == "" {
			continue
		}
		many, isList := value.([]any)
		if !isList {
			many = []any{value}
		}
		for _, one := range many {
			id, ok := identifierOf(one)
			thing := step{collection, id}
			if ok && !a.mine(thing) && !a.lent(thing) {
				return thing.String()
			}
		}
	}
	return ""
}

// identifierOf reads the identifier of a thing from a value of a body.
func identifierOf(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return strings.ToLower(value), true
	case float64:
		return fmt.Sprint(int64(value)), true
	}
	return "", false
}

// changesNothing reports whether the request would leave a thing as it is even if it were
// let through: it has no properties, or only values that are there already.
func (a *aim) changesNothing() bool {
	if a.e.Method == http.MethodDelete || (a.e.Method == http.MethodPost && a.action != "") {
		return false
	}
	body := strings.TrimSpace(string(a.e.RequestBody))
	var fields map[string]json.RawMessage
	switch kind := a.e.RequestHeader.Get("Content-Type"); {
	case body == "":
		return true
	case strings.Contains(kind, "form"):
		return false
	case json.Unmarshal([]byte(body), &fields) != nil:
		return true // nobody can take a property from it
	}
	return len(fields) == 0 || a.onlyChooses(fields)
}

// onlyChooses reports whether properties only choose the current organization or project of
// a user of the profile, which is given back.
func (a *aim) onlyChooses(fields map[string]json.RawMessage) bool {
	if last := a.steps[len(a.steps)-1]; last != (step{users, "@me"}) {
		return false
	}
	for name := range fields {
		if name != "set_current_organization" && name != "set_current_team" {
			return false
		}
	}
	return true
}
