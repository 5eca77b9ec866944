package target

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/net/http/httpguts"

	"github.com/understudy-dev/understudy/fixtures/strictyaml"
	"github.com/understudy-dev/understudy/spec"
)

// format is how a profile is written down. It is lenient: profiles come from
// programs too, which write null for what they do not know, or numbers as text.
func format() *strictyaml.Format {
	return &strictyaml.Format{
		MaxBytes: 1 << 20, MaxValues: 1 << 16, MaxDepth: 64, Lenient: true,
		Empty: empty, TooLarge: "keep in the profile what a run needs",
		UnknownField: func(name string, known []string) string {
			return fmt.Sprintf("unknown field %q: %s", name, strictyaml.DidYouMean(name, known))
		},
	}
}

const empty = "the profile is empty; 'understudy serve --target-out FILE' writes one to start from"

// Load reads a profile from a JSON or YAML file. It fails on unknown fields, on
// variables that are not set and on a profile that cannot work. Of each of these it
// reports all at once.
func Load(path string) (*Profile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := Parse(data, path, os.LookupEnv)
	if err != nil {
		return nil, err
	}
	for _, file := range []*string{&p.TLS.CAFile, &p.TLS.CertFile, &p.TLS.KeyFile} {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(filepath.Dir(path), *file)
		}
	}
	return p, nil
}

// Parse reads a profile. name is what errors call it; lookup finds variables. What
// is written wrongly is reported with line and column, never with the lines around
// it, which may hold secrets.
func Parse(data []byte, name string, lookup func(string) (string, bool)) (*Profile, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: %s", name, empty)
	}
	document, problem := format().Parse(data)
	if problem != nil {
		return nil, refusal(name, *problem)
	}
	p := &Profile{}
	if problems := document.Decode(p); len(problems) > 0 {
		return nil, refusal(name, problems...)
	}
	c := checker{document: document, profile: p}
	c.expand(reflect.ValueOf(p).Elem(), nil, lookup)
	if len(c.problems) == 0 {
		p.BaseURL = strings.TrimRight(p.BaseURL, "/")
		p.Control = strings.TrimRight(p.Control, "/")
		c.check()
	}
	if len(c.problems) > 0 {
		return nil, refusal(name, c.problems...)
	}
	return p, nil
}

// refusal is the error with all problems, one a line.
func refusal(name string, problems ...strictyaml.Problem) error {
	lines := make([]string, len(problems))
	for i, problem := range strictyaml.Invalid(name, problems...).Problems {
		lines[i] = problem.String()
	}
	return fmt.Errorf("%s: %s", name, strings.Join(lines, "\n"))
}

// checker collects what is wrong with a profile.
type checker struct {
	document *strictyaml.Document
	profile  *Profile
	problems []strictyaml.Problem
}

// missing notes that the profile lacks what no run can do without.
func (c *checker) missing(field, format string, args ...any) {
	c.problems = append(c.problems, strictyaml.Problem{Path: field, Message: fmt.Sprintf(format, args...)})
}

// wrong notes a problem of a field, in what is written at a path.
func (c *checker) wrong(field string, at *strictyaml.Path, format string, args ...any) {
	line, column := c.document.Position(at)
	c.problems = append(c.problems, strictyaml.Problem{Path: field, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// expand replaces every text env:NAME below v by the value of the variable.
func (c *checker) expand(v reflect.Value, at *strictyaml.Path, lookup func(string) (string, bool)) {
	switch v.Kind() {
	case reflect.String:
		name, ok := strings.CutPrefix(v.String(), "env:")
		if !ok {
			return
		}
		value, set := lookup(name)
		if !set {
			c.wrong(at.String(), at, "the variable %s is not set; export it or write the value into the profile", name)
			return
		}
		v.SetString(value)
	case reflect.Pointer:
		if !v.IsNil() {
			c.expand(v.Elem(), at, lookup)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			c.expand(v.Field(i), at.Field(v.Type().Field(i).Tag.Get("yaml")), lookup)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.expand(v.Index(i), at.Item(i), lookup)
		}
	case reflect.Map: // its values cannot be changed in place
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			c.expand(value, at.Field(key.String()), lookup)
			v.SetMapIndex(key, value)
		}
	}
}

func (c *checker) check() {
	p := c.profile
	var root *strictyaml.Path
	if u, err := url.Parse(p.BaseURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		c.missing("base_url", "want an address such as https://eu.posthog.com, got %q", p.BaseURL)
	}
	if _, err := uuid.Parse(p.Organization.ID); err != nil {
		c.missing("organization.id", "want a UUID, got %q", p.Organization.ID)
	}
	if p.Revision != "" {
		if _, err := spec.ParseRevision(string(p.Revision)); err != nil {
			c.wrong("revision", root.Field("revision"), "%v", err)
		}
	}
	for i, allowed := range p.Allow {
		if !slices.Contains(Permissions, allowed) {
			c.wrong("allow", root.Field("allow").Item(i), "%q is nothing that can be allowed; there is %s", allowed, strings.Join(Permissions, ", "))
		}
	}
	if (p.TLS.CertFile == "") != (p.TLS.KeyFile == "") {
		c.wrong("tls", root.Field("tls"), "cert_file and key_file go together")
	}
	if !httpguts.ValidHeaderFieldValue(p.Contact) {
		c.wrong("contact", root.Field("contact"), "it goes with requests, and has a character that no header may have")
	}
	c.checkHeaders(root.Field("headers"))
	usable := false
	for _, role := range slices.Sorted(maps.Keys(p.Credentials)) {
		if !slices.Contains(Roles, role) {
			here := root.Field("credentials").Field(role)
			c.wrong(here.String(), here, "no such role; there are %s", strings.Join(Roles, ", "))
		}
		credential := p.Credentials[role]
		usable = usable || credential.PersonalAPIKey != "" || credential.HasSession()
	}
	if !usable {
		c.missing("credentials", "want at least one, such as admin: {personal_api_key: env:ADMIN_KEY}")
	}
}

// suiteHeaders are those that scenarios are about, or that a request has in any case.
var suiteHeaders = []string{
	"Accept", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Host", "Origin", "Referer",
	"Transfer-Encoding", "X-Csrftoken",
}

// checkHeaders wants headers that can be sent and do not change what is tested.
func (c *checker) checkHeaders(at *strictyaml.Path) {
	for _, name := range slices.Sorted(maps.Keys(c.profile.Headers)) {
		here := at.Field(name)
		switch {
		case !httpguts.ValidHeaderFieldName(name):
			c.wrong("headers", here, "%q is no name of a header", name)
		case slices.Contains(suiteHeaders, http.CanonicalHeaderKey(name)):
			c.wrong(here.String(), here, "the suite sets this one itself; take it out")
		case !httpguts.ValidHeaderFieldValue(c.profile.Headers[name]):
			c.wrong(here.String(), here, "the value has a character that no header may have")
		}
	}
}
