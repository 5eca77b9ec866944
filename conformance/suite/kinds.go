package suite

import (
	"fmt"
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
	// ID is the gjson path of the identifier in answers; "" is id.
	ID string
	// Mark is the gjson path of the property that carries the label of the run, in
	// requests and in answers; "" where there is none.
	Mark string
	// Created is the gjson path of the time of its creation; "" where answers tell
	// none.
	Created string
	// By chooses who deletes it: creator made it, and is nil in a sweep. Without
	// By, the administrator's key does. A nil result leaves it behind.
	By func(s *S, creator *Caller) *Caller
	// Remove deletes it where DELETE on its path is not all there is to do.
	Remove func(s *S, made *Creation) *Response
}

// ControlPath stands for the base of the fake's control plane in paths of kinds.
const ControlPath = "{control}"

// Kinds are all of them. The first whose collection matches counts.
func Kinds() []Kind {
	return []Kind{
		{Name: "organization", Collection: "/api/organizations/", Mark: "name", Created: "created_at", By: itsCreator},
		{Name: "domain", Collection: "/api/organizations/{organization}/domains/", Mark: "domain", Remove: removeDomain},
		{Name: "config", Collection: "/api/organizations/{organization}/identity_provider_configs/", Mark: "name", Created: "created_at"},
		{Name: "invite", Collection: "/api/organizations/{organization}/invites/", Mark: "target_email", Created: "created_at"},
		{Name: "role", Collection: "/api/organizations/{organization}/roles/", Mark: "name", Created: "created_at"},
		{Name: "role membership", Collection: "/api/organizations/{organization}/roles/{role}/role_memberships/", Created: "joined_at"},
		{Name: "project", Collection: "/api/organizations/{organization}/projects/", Mark: "name", Created: "created_at"},
		{Name: "SCIM user", Collection: "/scim/v2/{domain}/Users", Item: "/scim/v2/{domain}/Users/{id}", Mark: "userName", Created: "meta.created", By: itsCreator},
		{Name: "SCIM group", Collection: "/scim/v2/{domain}/Groups", Item: "/scim/v2/{domain}/Groups/{id}", Mark: "displayName", Created: "meta.created", By: itsCreator},
		{Name: "integration", Collection: ControlPath + "/integrations", Item: "/api/organizations/{organization}/integrations/{id}/", Mark: "integration_id", Created: "created_at"},
	}
}

// itsCreator has the one who made a thing delete it.
func itsCreator(_ *S, creator *Caller) *Caller { return creator }

// Creation is something that was made: what it is and where.
type Creation struct {
	Kind *Kind
	// In are the parts of its collection's path, by the words in braces.
	In map[string]string
	ID string
	// Mark is the property that carries the label, Created when it was made, as the
	// target wrote it.
	Mark, Created string

	by *Caller
}

// Path is where the thing is.
func (c *Creation) Path() string {
	path := c.Kind.Item
	if path == "" {
		path = c.Kind.Collection + "{id}/"
	}
	path = strings.ReplaceAll(path, "{id}", c.ID)
	for word, part := range c.In {
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
	for _, kind := range Kinds() {
		if in, ok := fits(kind.Collection, path); ok {
			return &kind, in
		}
	}
	return nil, nil
}

// fits holds a path against a pattern, a final slash aside, and returns the parts
// that stand at the words in braces.
func fits(pattern, path string) (map[string]string, bool) {
	words, parts := strings.Split(strings.TrimRight(pattern, "/"), "/"), strings.Split(strings.TrimRight(path, "/"), "/")
	if len(words) != len(parts) {
		return nil, false
	}
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

// owe notes what an answer created for deletion, before anything looks at the
// answer: what a faulty target made must go as well, in whichever organization it
// made it.
func (s *S) owe(by *Caller, r *Response) {
	if r.exchange.Method != http.MethodPost || r.Code() >= http.StatusMultipleChoices {
		return
	}
	kind, in := s.kindAt(r.exchange.URL)
	if kind == nil {
		return
	}
	made := kind.creation(in, by, r)
	if made.ID == "" {
		return
	}
	s.Cleanup(made.String(), func(s *S) *Response { return s.remove(made) })
}

// creation is what an answer says was made.
func (k *Kind) creation(in map[string]string, by *Caller, r *Response) *Creation {
	id := k.ID
	if id == "" {
		id = "id"
	}
	if in["organization"] == "" {
		in["organization"] = r.s.Target().Organization.ID
	}
	return &Creation{Kind: k, In: in, ID: r.Text(id), Mark: r.text(k.Mark), Created: r.text(k.Created), by: by}
}

// text is the text at a path, "" for no path.
func (r *Response) text(path string) string {
	if path == "" {
		return ""
	}
	return r.Text(path)
}

// remove deletes what was made; nil when nobody can.
func (s *S) remove(made *Creation) *Response {
	if made.Kind.Remove != nil {
		return made.Kind.Remove(s, made)
	}
	by := s.Admin()
	if made.Kind.By != nil {
		by = made.Kind.By(s, made.by)
	}
	if by == nil {
		s.giveUp("nobody can delete it")
	}
	return (&Caller{s, by.who, by.header}).Delete(made.Path())
}

// removeDomain deletes a domain, and the config that the target made for it.
func removeDomain(s *S, domain *Creation) *Response {
	config := s.Admin().Get(domain.Path()).Text("identity_provider_config")
	deleted := s.Admin().Delete(domain.Path())
	if config == "" {
		return deleted
	}
	own := OrgPath(domain.In["organization"], Configs, config)
	if s.Admin().Get(own).Text("name") != domain.Mark {
		return deleted
	}
	if r := s.Admin().Delete(own); !r.gone() {
		s.fail(fmt.Sprintf("its config %s: status %d", config, r.code()))
	}
	return deleted
}
