package suite

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// Loss is that a thing which the run did not make is not what it was.
type Loss struct {
	// Thing says which, by its path in the profile and its identifier; What is gone, or
	// changed, with the properties.
	Thing, What string
	// Gone tells that it is there no more. A change may be given back before the run ends.
	Gone bool
}

// Inventory is what the known things of a profile were before a run.
type Inventory struct {
	client *Client
	mu     sync.Mutex // one looks at a time
	things []*possession
}

// possession is one thing: where and by whom it is read, and what it was.
type possession struct {
	name, by, path string
	// schema is that of the document whose properties count; expendable tells that scenarios
	// may delete it.
	schema     string
	expendable bool
	// email chooses a member out of a list; "" is that the thing is read alone.
	email string
	// values are the paths of what counts, where that is not what the document says, and in which
	// collection what they name is found.
	values map[string]string
	was    map[string]string
}

// TakeInventory reads the known things of the client's profile, the organization and the
// places of its people in it. What cannot be read is not watched.
func TakeInventory(ctx context.Context, client *Client) *Inventory {
	i := &Inventory{client: client}
	for _, thing := range possessions(client.Target) {
		if shown, status := i.read(ctx, thing); status == http.StatusOK && shown.Exists() {
			thing.was = i.watched(thing, shown)
			i.things = append(i.things, thing)
		}
	}
	return i
}

// possessions are the things that a profile names.
func possessions(t *target.Profile) (list []*possession) {
	id, known := t.Organization.ID, t.Known
	add := func(name, by, schema, path, what string) {
		if what != "" && what != "0" {
			list = append(list, &possession{name: name + " (" + what + ")", by: by, schema: schema, path: path})
		}
	}
	add("organization", "admin", "Organization", OrgPath(id), id)
	if domain := known.VerifiedDomain; domain != nil {
		add("known.verified_domain", "admin", "OrganizationDomain", OrgPath(id, Domains, domain.ID), domain.ID)
	}
	if scim := known.SCIM; scim != nil {
		add("known.scim", "admin", "OrganizationDomain", OrgPath(id, Domains, scim.DomainID), scim.DomainID)
	}
	for _, kind := range target.IntegrationKinds {
		integration := known.Integrations.Of(kind)
		add("known.integrations."+kind, "admin", "OrganizationIntegration", OrgPath(id, Integrations, integration), integration)
		if integration != "" {
			list[len(list)-1].expendable = strings.HasPrefix(kind, "disposable") && t.MayChangeKnown()
		}
	}
	for _, project := range append(slices.Clone(known.Projects), known.PrivateProject) {
		number := strconv.Itoa(project)
		add("known.projects", "admin", "Project", OrgPath(id, Projects, number), number)
	}
	if other := known.OtherOrganization; other != nil {
		add("known.other_organization", "outsider", "Organization", OrgPath(other.ID), other.ID)
		add("known.other_organization.domain_id", "outsider", "OrganizationDomain", OrgPath(other.ID, Domains, other.DomainID), other.DomainID)
		add("known.other_organization.identity_provider_config_id", "outsider", "IdentityProviderConfig", OrgPath(other.ID, Configs, other.IdentityProviderConfigID), other.IdentityProviderConfigID)
		number := strconv.Itoa(other.ProjectID)
		add("known.other_organization.project_id", "outsider", "Project", OrgPath(other.ID, Projects, number), number)
	}
	if plain := known.FeaturelessOrganization; plain != nil {
		add("known.featureless_organization", "admin", "Organization", OrgPath(plain.ID), plain.ID)
		add("known.featureless_organization.domain_id", "admin", "OrganizationDomain", OrgPath(plain.ID, Domains, plain.DomainID), plain.DomainID)
	}
	for _, role := range []string{"admin", "owner", "member"} {
		if email := t.Credentials[role].Email; email != "" {
			path := OrgPath(id, Members) + "?email=" + url.QueryEscape(email)
			add("the membership of credentials."+role, "admin", "OrganizationMember", path, role)
			list[len(list)-1].email = email
		}
	}
	for _, role := range target.Roles {
		if t.Credentials[role].PersonalAPIKey != "" {
			list = append(list, &possession{
				name: "what is current to credentials." + role, by: role, path: mePath, values: map[string]string{"organization.id": organizationsPath, "team.id": RootProjects},
			})
		}
	}
	return list
}

// read reads a thing. Anything but 200 and 404 says nothing about it.
func (i *Inventory) read(ctx context.Context, thing *possession) (shown gjson.Result, status int) {
	_ = Ask(ctx, i.client, func(s *S) { // no answer says nothing
		by := s.callerNamed(thing.by)
		if by == nil {
			return
		}
		answer := by.Get(thing.path)
		status, shown = answer.Code(), answer.Get("@this")
		if thing.email == "" || status != http.StatusOK {
			return
		}
		if shown = answer.memberWith(thing.email); answer.Get("count").Exists() && !shown.Exists() {
			status = http.StatusNotFound
		}
	})
	return shown, status
}

// neverWatched are properties that change by themselves, or with what the run makes and
// deletes.
var neverWatched = []string{"updated_at", "last_login", "member_count", "teams", "projects", "created_by", "user", "metadata"}

// alwaysWatched are properties that nobody writes and whose change is a loss.
var alwaysWatched = []string{"id", "slug", "api_token", "is_pending_deletion", "is_active", "level"}

// watched are the values of a thing that nothing but a loss changes. Of neighbours a
// deployment shows what it likes: there only what can be written counts.
func (i *Inventory) watched(thing *possession, shown gjson.Result) map[string]string {
	values := map[string]string{}
	for path := range thing.values {
		values[path] = shown.Get(path).Raw
	}
	schema, ok := i.client.Contract.document.Schema(thing.schema)
	if !ok {
		return values
	}
	neighbour := promised[thing.schema] != nil || thing.schema == "OrganizationMember"
	for _, property := range schema.Properties {
		if watches(property, neighbour) && shown.Get(property.Name).Exists() {
			values[property.Name] = compact(shown.Get(property.Name).Raw)
		}
	}
	return values
}

func watches(property spec.Property, neighbour bool) bool {
	switch {
	case property.WriteOnly, slices.Contains(neverWatched, property.Name), slices.Contains(shownOnce, property.Name):
		return false
	}
	return !neighbour || !property.ReadOnly || slices.Contains(alwaysWatched, property.Name)
}

// Look reads everything again, and returns what is not as it was.
func (i *Inventory) Look(ctx context.Context) (losses []Loss) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, thing := range i.things {
		shown, status := i.read(ctx, thing)
		switch {
		case status == http.StatusNotFound && !thing.expendable:
			losses = append(losses, Loss{Thing: thing.name, What: "gone", Gone: true})
		case status == http.StatusOK:
			changed := slices.DeleteFunc(i.changed(thing, shown), func(name string) bool { return i.namesWhatIsGone(ctx, thing, name) })
			if len(changed) > 0 {
				losses = append(losses, Loss{Thing: thing.name, What: "changed: " + strings.Join(changed, ", ")})
			}
		}
	}
	return losses
}

// namesWhatIsGone reports whether a value named something that is not there any more: it was made
// by another run, which has taken it back, and cannot be named again.
func (i *Inventory) namesWhatIsGone(ctx context.Context, thing *possession, value string) bool {
	collection, names := thing.values[value]
	if !names {
		return false
	}
	id := strings.Trim(thing.was[value], `"`)
	_, status := i.read(ctx, &possession{by: thing.by, path: collection + id + "/"})
	return status == http.StatusNotFound || status == http.StatusForbidden
}

// changed names the properties that are not what they were.
func (i *Inventory) changed(thing *possession, shown gjson.Result) (names []string) {
	now := i.watched(thing, shown)
	for name, was := range thing.was {
		if now[name] != was {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// String says how much is watched.
func (i *Inventory) String() string { return fmt.Sprintf("%d known things", len(i.things)) }
