package suite

import (
	"cmp"
	"maps"
	"net/http"
	"strings"
)

// Kind says what a POST to a collection creates, how that is recognised, found
// again and deleted. It is all that cleaning up knows: a sweep after a run that
// was killed needs no scenario.
type Kind struct {
	// Name is one of them in words, such as "domain".
	Name string
	// Collection is the path below the base URL, with a final slash and a word in
	// braces for each part that differs. [ControlPath] before it means the fake's
	// control plane.
	Collection string
	// Item is the path of one, {id} for its identifier; "" is the collection's
	// followed by the identifier and a slash.
	Item string
	// ID is the gjson path of the identifier in answers; "" is id. Where answers and
	// lists differ, the paths of both are there with a comma between them.
	ID string
	// Mark is the gjson path of the property that carries the label of the run, in
	// requests and in answers; "" where there is none. It may be two, as ID may.
	Mark string
	// Named is whether the property that carries the label is the identifier as well: what
	// it names needs no looking for.
	Named bool
	// Required is whether nothing is made without that property.
	Required bool
	// Created is the gjson path of the time of its creation; "" where answers tell
	// none.
	Created string
	// Many is the gjson path of the things in an answer that names several; "" where it
	// names one.
	Many string
	// List is the path of the list that shows it; "" is the collection's.
	List string
	// ListOnly marks kinds of which one cannot be read alone.
	ListOnly bool
	// InSession marks kinds that are made in a session alone: a key that asked for one was
	// refused.
	InSession bool
	// Secret marks kinds whose identifier opens something, as an invite's does.
	Secret bool
	// By chooses who reads and deletes it. Without By, the administrator's key does.
	// A nil result leaves it behind.
	By func(s *S, made *Creation) *Caller
	// Remove deletes it where DELETE on its path is not all there is to do.
	Remove func(s *S, made *Creation) *Response
	// Leaves names a kind that may be left behind with the same label.
	Leaves string
}

// ControlPath stands for the base of the fake's control plane in paths of kinds.
const ControlPath = "{control}"

const (
	organizationKind = "organization"
	roleKind         = "role"
	memberKind       = "member"
	scimUserKind     = "SCIM user"
)

// kinds lists all of them. The first whose collection matches counts. It is a function,
// not a variable, since what removes things looks them up here again.
func kinds() []*Kind {
	const organization = "/api/organizations/{organization}/"
	return []*Kind{
		{Name: organizationKind, Collection: "/api/organizations/", Mark: "name", Required: true, Created: "created_at", By: itsCreator},
		{Name: "domain", Collection: organization + "domains/", Mark: "domain", Required: true, Remove: removeDomain, Leaves: "config"},
		{Name: "config", Collection: organization + "identity_provider_configs/", Mark: "name", Created: "created_at", Remove: removeConfig},
		{Name: "invite", Collection: organization + "invites/", Mark: "target_email", Required: true, Created: "created_at", ListOnly: true, Secret: true, Leaves: "member"},
		{
			Name: "invite", Collection: organization + "invites/bulk/", Many: "@this", Item: organization + "invites/{id}/", List: organization + "invites/",
			Mark: "target_email", Required: true, Created: "created_at", ListOnly: true, Secret: true, Leaves: "member",
		},
		{
			Name: "invite", Collection: organization + "invites/delegate/", Item: organization + "invites/{id}/", List: organization + "invites/",
			Mark: "target_email", Required: true, Created: "created_at", ListOnly: true, Secret: true, Leaves: "member",
		},
		{
			Name: memberKind, Collection: organization + "members/", ID: "user.uuid", Mark: "user.email", Created: "joined_at", ListOnly: true,
			By: ownerOrAdmin, Remove: removeMember,
		},
		{
			// Whoever accepts an invite carries the label that it carries.
			Name: memberKind, Collection: signupPrefix + "{invite}/", Item: organization + "members/{id}/", List: organization + "members/",
			ID: "user.uuid,uuid", Mark: "user.email,email", ListOnly: true, By: ownerOrAdmin, Remove: removeMember,
		},
		{Name: roleKind, Collection: organization + "roles/", Mark: "name", Required: true, Created: "created_at"},
		{Name: "role membership", Collection: organization + "roles/{role}/role_memberships/", Created: "joined_at"},
		{Name: "project", Collection: organization + "projects/", Mark: "name", Required: true, Created: "created_at", Remove: removeProject},
		{
			Name: "project", Collection: "/api/projects/", Item: "/api/projects/{id}/", List: organization + "projects/",
			Mark: "name", Required: true, Created: "created_at", Remove: removeProject,
		},
		{Name: "key", Collection: keysPath, Mark: "label", Required: true, Created: "created_at", By: itsCreator, InSession: true},
		{
			Name: scimUserKind, Collection: "/scim/v2/{domain}/Users", Item: "/scim/v2/{domain}/Users/{id}",
			Mark: "userName", Required: true, Created: "meta.created", By: scimClient, Remove: removeSCIMUser, Leaves: "member",
		},
		{
			Name: "SCIM group", Collection: "/scim/v2/{domain}/Groups", Item: "/scim/v2/{domain}/Groups/{id}",
			Mark: "displayName", Required: true, Created: "meta.created", By: scimClient, Leaves: "role",
		},
		{
			Name: "integration", Collection: ControlPath + "/integrations", Item: organization + "integrations/{id}/", List: organization + "integrations/",
			Mark: "integration_id", Created: "created_at", Remove: uninstall,
		},
		{
			Name: "user", Collection: ControlPath + "/members", ID: "email", Item: ControlPath + "/members/{id}",
			Mark: "email", Named: true, Required: true, By: anyone,
		},
		{
			Name: "minted key", Collection: ControlPath + "/keys", Item: ControlPath + "/keys/{id}",
			Mark: "label", Created: "created_at", By: anyone, Remove: removeKey,
		},
	}
}

// kindNamed is the kind of a name; nil if there is none.
func kindNamed(name string) *Kind {
	for _, kind := range kinds() {
		if kind.Name == name {
			return kind
		}
	}
	return nil
}

// anyone deletes what needs no credentials.
func anyone(s *S, _ *Creation) *Caller { return s.Anonymous() }

// ownerOrAdmin has the owner remove members, who alone may remove owners.
func ownerOrAdmin(s *S, made *Creation) *Caller {
	if s.Target().Credentials["owner"].PersonalAPIKey != "" && made.In["organization"] == s.Target().Organization.ID {
		return s.Owner()
	}
	return s.Admin()
}

// itsCreator has the one who made a thing delete it.
func itsCreator(s *S, made *Creation) *Caller {
	if made.by != nil {
		return made.by
	}
	return s.callerNamed(made.who)
}

// scimClient has the token of a domain that was accepted last read and delete what
// was made with it. A sweep knows the token of the profile alone.
func scimClient(s *S, made *Creation) *Caller {
	if accepted := s.client.acceptedBy(made.In["domain"]); accepted != nil {
		return accepted
	}
	if made.by != nil {
		return made.by
	}
	if known := s.Target().Known.SCIM; known != nil && known.DomainID == made.In["domain"] {
		return s.KeyValue(known.Token, "SCIM client")
	}
	return nil
}

// callerNamed is who makes requests under a name; nil if it is nobody's of the
// profile. Somebody whom the run made, named by their address, gets a new key, or a
// session, through the control plane; without one they log in.
func (s *S) callerNamed(who string) *Caller {
	role, session := strings.CutSuffix(who, sessionSuffix)
	credential, ok := s.Target().Credentials[role]
	switch {
	case ok && session && credential.HasSession():
		return s.Session(role)
	case ok && credential.PersonalAPIKey != "":
		return s.Key(role)
	case session && strings.Contains(role, "@") && s.Target().Control != "":
		started := s.Anonymous().Post(s.Target().Control+"/sessions", JSON{"user": role, "age": "1m"})
		if started.Code() == http.StatusCreated {
			return s.inSession(role, started)
		}
	case strings.Contains(role, "@") && s.Target().Control != "":
		body := JSON{"user": role, "label": "us-" + s.runLabel + "-0"}
		if minted := s.Anonymous().Post(s.Target().Control+"/keys", body); minted.Code() == http.StatusCreated {
			return s.KeyValue(minted.Text("value"), role)
		}
	case strings.Contains(role, "@"):
		return s.recover(role)
	}
	return nil
}

// Creation is something that was made: what it is and where.
type Creation struct {
	Kind *Kind
	// In are the parts of its collection's path, by the words in braces.
	In map[string]string
	ID string
	// Mark is the property that carries the label, Created when it was made, as the
	// target wrote it.
	Mark, Created string

	by  *Caller
	who string // the name of by
}

// Path is where the thing is.
func (c *Creation) Path() string {
	return expandPath(strings.ReplaceAll(c.Kind.item(), "{id}", c.ID), c.In)
}

// item is the path of one.
func (k *Kind) item() string { return cmp.Or(k.Item, k.Collection+"{id}/") }

// collection is the word for its kind in paths.
func (k *Kind) collection() string { return lastPart(k.Collection) }

// list is the path of the list that shows the thing.
func (c *Creation) list() string {
	if c.Kind.List != "" {
		return expandPath(c.Kind.List, c.In)
	}
	return expandPath(c.Kind.Collection, c.In)
}

// collection is the path of its collection, as journals name it.
func (c *Creation) collection() string {
	in := maps.Clone(c.In)
	in["control"] = ControlPath
	if in["invite"] != "" {
		in["invite"] = "-" // which opens it
	}
	return expandPath(c.Kind.Collection, in)
}

// expandPath puts parts of a path where their words in braces stand.
func expandPath(path string, in map[string]string) string {
	for word, part := range in {
		path = strings.ReplaceAll(path, "{"+word+"}", part)
	}
	return path
}

func (c *Creation) String() string { return c.Kind.Name + " " + c.ID }

// kindAt finds what a POST to an address makes.
func (s *S) kindAt(address string) (*Kind, map[string]string) {
	address, _, _ = strings.Cut(address, "?")
	path, ok := strings.CutPrefix(address, s.Target().BaseURL)
	if control := s.Target().Control; control != "" && strings.HasPrefix(address, control) {
		path, ok = ControlPath+strings.TrimPrefix(address, control), true
	}
	if !ok {
		return nil, nil
	}
	return s.kindOf(path)
}

// kindOf finds what a POST to a collection makes.
func (s *S) kindOf(path string) (*Kind, map[string]string) {
	for _, kind := range kinds() {
		if in, ok := matchPath(kind.Collection, path); ok {
			in["control"] = s.Target().Control
			if in["organization"] == "" {
				in["organization"] = s.Target().Organization.ID
			}
			return kind, in
		}
	}
	return nil, nil
}

// matchPath holds a path against a pattern, a final slash aside, and returns the parts
// that stand at the words in braces.
func matchPath(pattern, path string) (map[string]string, bool) {
	pattern, path = strings.TrimRight(pattern, "/"), strings.TrimRight(path, "/")
	if strings.Count(pattern, "/") != strings.Count(path, "/") {
		return nil, false
	}
	words, parts := strings.Split(pattern, "/"), strings.Split(path, "/")
	in := map[string]string{}
	for i, word := range words {
		name, ok := strings.CutPrefix(word, "{")
		switch {
		case word == ControlPath && parts[i] != ControlPath, !ok && word != parts[i], parts[i] == "" && i > 0:
			return nil, false
		case ok && word != ControlPath:
			in[strings.TrimSuffix(name, "}")] = parts[i]
		}
	}
	return in, true
}
