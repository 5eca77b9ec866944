package suite

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
)

// mine reports whether a thing is the run's own, or nobody's.
func (a *aim) mine(thing step) bool {
	switch {
	case strings.HasPrefix(thing.id, "@"):
		return a.aliasMine(thing)
	case isKnown(a.s.Target(), thing):
		return false // whatever the target says that it made
	case a.owns(thing), a.isNobodys(thing):
		return true
	}
	return a.inOwnHolder(thing)
}

// aliasMine is mine for what an alias stands for: the caller, their key, their organization.
func (a *aim) aliasMine(thing step) bool {
	switch {
	case !a.by.carriesCredentials() && !strings.Contains(a.e.URL+string(a.e.RequestBody), keyParameter):
		return true // it stands for nothing
	case thing.collection == allOrgs, thing.collection == Projects:
		resolved := a.resolved(thing)
		return resolved.id != thing.id && a.mine(resolved)
	case thing.collection == users, thing.collection == keys:
		return !a.byProfile()
	case thing.collection == Members:
		return !a.byProfile() || a.mine(a.holder())
	}
	return false
}

// resolved is the organization or the project that an alias stands for, the alias itself if
// that cannot be seen.
func (a *aim) resolved(thing step) step {
	if thing.id != "@current" || (thing.collection != allOrgs && thing.collection != Projects) {
		return thing
	}
	a.s.aside().runStory(func(s *S) {
		if shown := a.by.forStory(s).Get("/api/" + thing.collection + "/@current/"); shown.Code() == http.StatusOK {
			thing.id = strings.ToLower(shown.Text("id"))
		}
	})
	return thing
}

// role is whose credential of the profile the request carries, "" if it is somebody else's.
func (a *aim) role() string {
	if a.by.who == oldSession {
		return "admin"
	}
	role, _, _ := strings.Cut(a.by.who, " ")
	if slices.Contains(target.Roles, role) {
		return role
	}
	for role, credential := range a.s.Target().Credentials {
		if key := credential.PersonalAPIKey; key != "" && a.e.carries(key) {
			return role
		}
	}
	return ""
}

// byProfile reports whether a user of the profile makes the request.
func (a *aim) byProfile() bool { return a.role() != "" || a.s.client.isShared(a.by) }

// carries reports whether a request shows a secret, wherever that stands.
func (e *Exchange) carries(secret string) bool {
	return strings.Contains(e.RequestHeader.Get("Authorization")+" "+e.URL+" "+string(e.RequestBody), secret)
}

// isShared reports whether a caller's session is one of the profile's, or one that all stories
// of the run share.
func (c *Client) isShared(by *Caller) bool {
	cookie := by.header.Get("Cookie")
	if cookie == "" {
		return false
	}
	if by.Uses(c.Target.Known.OldSession) {
		return true
	}
	for _, credential := range c.Target.Credentials {
		if by.Uses(credential.Session) {
			return true
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, header := range c.sessions {
		if header.Get("Cookie") == cookie {
			return true
		}
	}
	return false
}

// isKnown reports whether a thing is one that the profile names.
func isKnown(t *target.Profile, thing step) bool {
	if thing.collection == allOrgs && strings.EqualFold(thing.id, t.Organization.ID) {
		return true
	}
	found := false
	var walk func(gjson.Result)
	walk = func(value gjson.Result) {
		if value.IsObject() || value.IsArray() {
			value.ForEach(func(_, inner gjson.Result) bool { walk(inner); return !found })
			return
		}
		found = found || (value.String() != "" && strings.EqualFold(value.String(), thing.id) && (value.Type == gjson.String || thing.collection == Projects))
	}
	walk(gjson.ParseBytes(encode(t.Known)))
	return found
}

// owns reports whether the run made a thing: it was told so when it made it, or the thing
// carries the label of the run.
func (a *aim) owns(thing step) bool {
	for _, kind := range kindsIn(thing.collection) {
		if a.s.client.owns(kind + " " + thing.id) {
			return true
		}
	}
	return (!isNumber(thing.id) && a.s.client.owns(thing.id)) || a.seen(thing, func(_ *Exchange, key string, shown gjson.Result) bool {
		return key != linked && (a.s.labelled(shown) || a.s.client.owns(shown.Get("id").String()))
	})
}

// labelled reports whether an object has a property with the label of the run.
func (s *S) labelled(shown gjson.Result) (found bool) {
	pattern := s.labelPattern()
	shown.ForEach(func(_, value gjson.Result) bool {
		found = found || (value.Type == gjson.String && pattern.MatchString(value.String()))
		return !found
	})
	return found
}

// kindsIn are the names of the kinds of things in a collection.
func kindsIn(collection string) []string {
	return map[string][]string{
		Projects: {"project"}, "Users": {"SCIM user"}, keys: {"key", "minted key"}, Members: {"member", "user"}, users: {"member", "user"},
	}[collection]
}

// isNobodys reports whether there is no such thing: the story got its identifier neither
// from the profile nor from the target. Short numbers may be somebody's all the same.
func (a *aim) isNobodys(thing step) bool {
	if thing.id == Nowhere {
		return true
	}
	numbered := thing.collection == Projects || thing.collection == "Users"
	if n, err := strconv.Atoi(thing.id); numbered && err == nil && n > 0 && n < leastUnusedNumber {
		return false
	}
	return !a.seen(thing, func(*Exchange, string, gjson.Result) bool { return true })
}

// leastUnusedNumber is the least number that no project and no user has.
const leastUnusedNumber = 100_000_000

// inOwnHolder reports whether a thing was seen in an organization of the run, where it came
// with that, as the first project does: it says so itself, or the request is about that
// organization.
func (a *aim) inOwnHolder(thing step) bool {
	if a.seen(thing, func(_ *Exchange, _ string, shown gjson.Result) bool {
		organization := shown.Get("organization").String()
		return organization != "" && a.s.client.owns(organizationKind+" "+organization)
	}) {
		return true
	}
	for _, holder := range a.steps {
		if holder.collection != allOrgs || holder == thing || !a.mine(holder) {
			continue
		}
		within := "/" + allOrgs + "/" + holder.id + "/"
		if a.seen(thing, func(e *Exchange, _ string, _ gjson.Result) bool {
			return strings.Contains(strings.ToLower(e.URL), within)
		}) {
			return true
		}
	}
	return false
}

// identifying are the properties that say which thing an object is, linked one that says
// which config it belongs to.
var identifying = []string{"id", "uuid", "value", "scim_base_url", linked}

const linked = "identity_provider_config"

// seen reports whether an answer of the story shows a thing in a way: in which property of
// which object.
func (a *aim) seen(thing step, way func(e *Exchange, key string, shown gjson.Result) bool) bool {
	a.s.mu.Lock()
	exchanges := slices.Clone(a.s.exchanges)
	a.s.mu.Unlock()
	for _, e := range exchanges {
		if isNumber(thing.id) && !tellsNumbersOf(thing.collection, strings.ToLower(e.URL)) {
			continue // a project and a user may have one number
		}
		if objectWith(gjson.ParseBytes(e.ResponseBody), thing.id, func(key string, shown gjson.Result) bool { return way(e, key, shown) }) {
			return true
		}
	}
	return false
}

// tellsNumbersOf reports whether the answer of an address shows the numbers of things of a
// collection. Members show those of users, by which SCIM servers know them.
func tellsNumbersOf(collection, address string) bool {
	return strings.Contains(address, "/"+strings.ToLower(collection)) || (collection == "Users" && strings.Contains(address, "/"+Members+"/"))
}

// objectWith reports whether an object within a value is identified by an id, and is
// otherwise as it must be.
func objectWith(value gjson.Result, id string, is func(key string, shown gjson.Result) bool) (found bool) {
	if !value.IsObject() && !value.IsArray() {
		return false
	}
	value.ForEach(func(key, inner gjson.Result) bool {
		named := value.IsObject() && slices.Contains(identifying, key.String()) && strings.EqualFold(lastPart(inner.String()), id)
		found = (named && is(key.String(), value)) || objectWith(inner, id, is)
		return !found
	})
	return found
}

var digits = regexp.MustCompile(`^\d+$`)

func isNumber(id string) bool { return digits.MatchString(id) }

// serves reports whether a thing was seen to be the config of a domain.
func (a *aim) serves(thing step, domain string) bool {
	return thing.collection == Configs && a.seen(thing, func(_ *Exchange, key string, shown gjson.Result) bool {
		return key == linked && shown.Get("id").String() == domain
	})
}

// lent reports whether the profile lends a thing for what the request would do to it.
func (a *aim) lent(thing step) bool {
	t, destroys := a.s.Target(), a.e.Method == http.MethodDelete
	is := func(collection, id string) bool {
		return thing.collection == collection && id != "" && strings.EqualFold(thing.id, id)
	}
	if other := t.Known.OtherOrganization; other != nil && other.Lent &&
		(is(Domains, other.DomainID) || is(Configs, other.IdentityProviderConfigID) || is(scimServers, other.DomainID) || is(Projects, strconv.Itoa(other.ProjectID))) {
		return true
	}
	if thing.collection == Projects && slices.ContainsFunc(t.Known.Projects, func(id int) bool { return is(Projects, strconv.Itoa(id)) }) {
		return a.steps[len(a.steps)-1].collection == Integrations // a mapping may name it
	}
	if !mayBorrow(t) {
		return false
	}
	if plain := t.Known.VerifiedDomain; plain != nil && !destroys && a.s.hasBorrowed(plain.ID) && a.serves(thing, plain.ID) {
		return true
	}
	if !a.s.hasBorrowed(thing.id) {
		return false // what is borrowed can be given back, which is seen to then
	}
	known := t.Known.Integrations
	switch {
	case is(Integrations, known.Disposable), is(Integrations, known.DisposableConnectable), is(Integrations, known.Unpaid):
		return true
	case is(Integrations, known.Connectable):
		return !destroys
	case t.Known.VerifiedDomain != nil && is(Domains, t.Known.VerifiedDomain.ID):
		return !destroys
	case t.Known.FeaturelessOrganization != nil && (is(Domains, t.Known.FeaturelessOrganization.DomainID) || is(allOrgs, t.Known.FeaturelessOrganization.ID)):
		return !destroys
	}
	return false
}
