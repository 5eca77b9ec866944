package target

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"
)

// Load reads a profile from a JSON or YAML file. It fails on unknown fields, on
// variables that are not set and on a profile that cannot work, and says all of
// the latter at once.
func Load(path string) (*Profile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := Parse(data, path, os.LookupEnv)
	if err == nil && p.TLS.CAFile != "" && !filepath.IsAbs(p.TLS.CAFile) {
		p.TLS.CAFile = filepath.Join(filepath.Dir(path), p.TLS.CAFile)
	}
	return p, err
}

// Parse reads a profile. name is what errors call it; lookup finds variables.
func Parse(data []byte, name string, lookup func(string) (string, bool)) (*Profile, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: the profile is empty; 'understudy serve --target-out FILE' writes one to start from", name)
	}
	p := &Profile{}
	if err := yaml.UnmarshalWithOptions(data, p, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %s", name, yaml.FormatError(err, false, false)) // the lines around it may hold secrets
	}
	if err := expand(reflect.ValueOf(p).Elem(), "", lookup); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p.BaseURL = strings.TrimRight(p.BaseURL, "/")
	p.Control = strings.TrimRight(p.Control, "/")
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// expand replaces every text env:NAME below v by the value of the variable. It
// names every variable that is not set.
func expand(v reflect.Value, path string, lookup func(string) (string, bool)) error {
	switch v.Kind() {
	case reflect.String:
		name, ok := strings.CutPrefix(v.String(), "env:")
		if !ok {
			return nil
		}
		value, set := lookup(name)
		if !set {
			return fmt.Errorf("%s: the variable %s is not set; export it or write the value into the profile", strings.TrimPrefix(path, "."), name)
		}
		v.SetString(value)
	case reflect.Pointer:
		if !v.IsNil() {
			return expand(v.Elem(), path, lookup)
		}
	case reflect.Struct:
		var missing []error
		for i := range v.NumField() {
			missing = append(missing, expand(v.Field(i), path+"."+v.Type().Field(i).Tag.Get("json"), lookup))
		}
		return errors.Join(missing...)
	case reflect.Slice:
		var missing []error
		for i := range v.Len() {
			missing = append(missing, expand(v.Index(i), fmt.Sprintf("%s[%d]", path, i), lookup))
		}
		return errors.Join(missing...)
	case reflect.Map:
		return expandMap(v, path, lookup)
	}
	return nil
}

// expandMap expands the values of a map, which cannot be changed in place.
func expandMap(v reflect.Value, path string, lookup func(string) (string, bool)) error {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	var missing []error
	for _, key := range keys {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(v.MapIndex(key))
		missing = append(missing, expand(value, path+"."+key.String(), lookup))
		v.SetMapIndex(key, value)
	}
	return errors.Join(missing...)
}

// check wants what no run can do without.
func (p *Profile) check() error {
	var problems []error
	if u, err := url.Parse(p.BaseURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		problems = append(problems, fmt.Errorf("base_url: want an address such as https://eu.posthog.com, got %q", p.BaseURL))
	}
	if _, err := uuid.Parse(p.Organization.ID); err != nil {
		problems = append(problems, fmt.Errorf("organization.id: want a UUID, got %q", p.Organization.ID))
	}
	for _, allowed := range p.Allow {
		if !slices.Contains(Permissions, allowed) {
			problems = append(problems, fmt.Errorf("allow: %q is nothing that can be allowed; there is %s", allowed, strings.Join(Permissions, ", ")))
		}
	}
	problems = append(problems, p.checkHeaders()...)
	usable := false
	for role, c := range p.Credentials {
		if !slices.Contains(Roles, role) {
			problems = append(problems, fmt.Errorf("credentials.%s: no such role; there are %s", role, strings.Join(Roles, ", ")))
		}
		usable = usable || c.PersonalAPIKey != "" || c.HasSession()
	}
	if !usable {
		problems = append(problems, errors.New("credentials: want at least one, such as admin: {personal_api_key: env:ADMIN_KEY}"))
	}
	return errors.Join(problems...)
}
