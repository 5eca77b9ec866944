package detect

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// observation is what a deployment showed.
type observation struct {
	// properties are the names that rows of a schema showed.
	properties map[string]map[string]bool
	// declared tells that they come from OPTIONS, as there is no row: with those that are only written.
	declared map[string]bool
	// missing are the collections that are not there.
	missing []string
	// paths tells which are there. One that is not named was not seen.
	paths map[string]bool
}

// observe looks at a deployment. It sends a GET for each place, and OPTIONS where there are no rows.
func observe(s *suite.S, changes []change) *observation {
	o := &observation{properties: map[string]map[string]bool{}, declared: map[string]bool{}, paths: map[string]bool{}}
	reader, organization := readerOf(s)
	if reader == nil {
		return o
	}
	for _, row := range rows {
		if row.collection == "" {
			o.note(row.schema, organization.Get("@this"))
			continue
		}
		list := reader.Get(s.Org(row.collection) + "?limit=10")
		if list.UnknownPath() {
			o.missing = append(o.missing, row.collection)
		}
		for _, one := range list.Get("results").Array() {
			o.note(row.schema, one)
		}
		if len(o.properties[row.schema]) == 0 && list.Code() == http.StatusOK {
			o.note(row.schema, reader.Options(s.Org(row.collection)).Get("actions.POST"))
			o.declared[row.schema] = true
		}
	}
	for _, c := range changes {
		for _, sign := range c.signs {
			if sign.path != "" {
				o.look(reader, s, sign.path)
			}
		}
	}
	return o
}

// readerOf finds a caller who may read the organization, and what they read, nil if there is none. Keys are tried first: a session may
// take a login.
func readerOf(s *suite.S) (reader *suite.Caller, organization *suite.Response) {
	try := func(caller *suite.Caller) bool {
		if answer := caller.Get(s.Org()); answer.Code() == http.StatusOK {
			reader, organization = caller, answer
		}
		return reader != nil
	}
	for _, role := range target.Roles {
		if s.Target().Credentials[role].PersonalAPIKey != "" && try(s.Key(role)) {
			return reader, organization
		}
	}
	for _, role := range target.Roles {
		if s.Target().Credentials[role].HasSession() {
			_ = s.Try(func(s *suite.S) { try(s.Session(role)) }) // who cannot log in cannot read
		}
		if reader != nil {
			break
		}
	}
	return reader, organization
}

// note adds the properties of an object.
func (o *observation) note(schema string, object gjson.Result) {
	if !object.IsObject() {
		return
	}
	if o.properties[schema] == nil {
		o.properties[schema] = map[string]bool{}
	}
	for name := range object.Map() {
		o.properties[schema][name] = true
	}
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// look sees whether a path is there, by a GET for things that there are not. Any answer but that of an unknown path tells that it is:
// a refusal comes before the thing is looked up.
func (o *observation) look(reader *suite.Caller, s *suite.S, path string) {
	if _, seen := o.paths[path]; seen {
		return
	}
	filled := strings.ReplaceAll(path, "{organization_id}", s.Target().Organization.ID)
	answer := reader.Get(parameter.ReplaceAllLiteralString(filled, suite.Nowhere))
	switch {
	case answer.UnknownPath():
		o.paths[path] = false
	case answer.Code() < http.StatusInternalServerError && answer.Code() != http.StatusTooManyRequests:
		o.paths[path] = true
	}
}

// of tells whether what a sign is about is there, and whether that could be seen.
func (o *observation) of(s sign, writeOnly bool) (there, seen bool) {
	if s.path != "" {
		there, seen = o.paths[s.path]
		return there, seen
	}
	shown := o.properties[s.schema]
	if len(shown) == 0 || (writeOnly && !o.declared[s.schema]) {
		return false, false
	}
	return shown[s.property], true
}
