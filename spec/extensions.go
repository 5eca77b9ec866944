package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// readExtensions fills the fields that x-… keys state. A key that it does not know is an error: a misspelt rule must not
// silently be no rule.
func (o *Operation) readExtensions(extensions map[string]any) error {
	targets := map[string]any{
		"x-documented":       &o.Documented,
		"x-required-scope":   &o.Scope,
		"x-session-only":     &o.SessionOnly,
		"x-public":           &o.Public,
		"x-any-key":          &o.AnyKey,
		"x-membership-level": &o.Level,
		"x-features":         &o.Features,
		"x-recent-login":     &o.RecentLogin,
	}
	for _, key := range slices.Sorted(maps.Keys(extensions)) {
		target, known := targets[key]
		if !known {
			return fmt.Errorf("unknown extension %s: use one of %s", key, strings.Join(slices.Sorted(maps.Keys(targets)), ", "))
		}
		if err := assign(target, extensions[key]); err != nil {
			return fmt.Errorf("%s %w", key, err)
		}
	}
	return nil
}

// assign stores an extension's value in a field, when it is of the field's type.
func assign(target, value any) error {
	switch field := target.(type) {
	case *bool:
		if flag, ok := value.(bool); ok {
			*field = flag
			return nil
		}
		return fmt.Errorf("must be true or false, not %v", value)
	case *string:
		if text, ok := value.(string); ok {
			*field = text
			return nil
		}
		return fmt.Errorf("must be a string, not %v", value)
	case *int:
		if number, ok := plain(value).(int); ok {
			*field = number
			return nil
		}
		return fmt.Errorf("must be a whole number, not %v", value)
	case *[]string:
		return assignStrings(field, value)
	default:
		return fmt.Errorf("cannot be stored in %T", target)
	}
}

func assignStrings(field *[]string, value any) error {
	items, ok := value.([]any)
	if !ok {
		return fmt.Errorf("must be a list of strings, not %v", value)
	}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return fmt.Errorf("must be a list of strings, but has %v", item)
		}
		*field = append(*field, text)
	}
	return nil
}
