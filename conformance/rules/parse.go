package rules

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/fixtures/strictyaml"
	"github.com/understudy-dev/understudy/spec"
)

// section is a run of rules that share their source and, mostly, their operations.
type section struct {
	Source     string        `yaml:"source"`
	Operations []string      `yaml:"operations"`
	From       spec.Revision `yaml:"from"`
	Until      spec.Revision `yaml:"until"`
	Everywhere bool          `yaml:"everywhere"`
	Rules      []entry       `yaml:"rules"`
}

// entry is a rule as it is written; what it leaves out is as in its section.
type entry struct {
	ID         string        `yaml:"id"`
	Sentence   string        `yaml:"sentence"`
	Operations []string      `yaml:"operations"`
	Source     string        `yaml:"source"`
	From       spec.Revision `yaml:"from"`
	Until      spec.Revision `yaml:"until"`
	Everywhere bool          `yaml:"everywhere"`
}

var idForm = regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_]+){1,2}$`)

// Parse reads every YAML file of a file system: a list of sections each, named
// after the first part of the ids in it. It refuses keys that it does not know, ids that are
// there twice or of another form, rules without a sentence, a source or an
// operation, and operations that known does not know, and names everything that
// it refuses.
func Parse(files fs.FS, known func(operation string) bool) (*Set, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	set := &Set{byID: map[string]int{}}
	var problems []error
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var sections []section
		if err := strictyaml.Unmarshal(data, &sections); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
			continue
		}
		resource := strings.TrimSuffix(path.Base(name), ".yaml")
		for _, s := range sections {
			for _, e := range s.Rules {
				if err := set.add(resource, s.rule(e), known); err != nil {
					problems = append(problems, fmt.Errorf("%s: %q: %w", name, e.ID, err))
				}
			}
		}
	}
	if len(set.list) == 0 {
		problems = append(problems, errors.New("there are no rules"))
	}
	return set, errors.Join(problems...)
}

// rule completes an entry from its section.
func (s section) rule(e entry) Rule {
	r := Rule(e)
	if len(r.Operations) == 0 {
		r.Operations = s.Operations
	}
	r.Source = cmp.Or(r.Source, s.Source)
	r.Everywhere = r.Everywhere || s.Everywhere
	r.From, r.Until = cameWith(cmp.Or(r.From, s.From)), cmp.Or(r.Until, s.Until)
	return r
}

// cameWith is the revision that brought the change which a rule says that it came with. Anything else is the name of a
// revision already, or wrong.
func cameWith(from spec.Revision) spec.Revision {
	if came, err := spec.CameWith(spec.ChangeID(from)); err == nil {
		return came
	}
	return from
}

// isRevision reports whether there is a revision of that name; "" is no bound.
func isRevision(r spec.Revision) bool {
	_, err := spec.ParseRevision(string(r))
	return err == nil
}

// add checks a rule and keeps it.
func (s *Set) add(resource string, r Rule, known func(string) bool) error {
	switch unknown := slices.IndexFunc(r.Operations, func(id string) bool { return !known(id) }); {
	case !idForm.MatchString(r.ID):
		return errors.New("an id is resource, topic and case, joined by dots")
	case !strings.HasPrefix(r.ID, resource+"."):
		return fmt.Errorf("the id does not begin with %s, as its file does", resource)
	case strings.TrimSpace(r.Sentence) == "":
		return errors.New("the sentence is missing")
	case strings.TrimSpace(r.Source) == "":
		return errors.New("the source is missing")
	case len(r.Operations) == 0 && !r.Everywhere:
		return errors.New("the operations are missing")
	case len(r.Operations) > 0 && r.Everywhere:
		return errors.New("everywhere is every operation that the scenarios try: name none")
	case !isRevision(r.From) || !isRevision(r.Until):
		return errors.New("from and until name revisions, as 'understudy revisions' lists them; from may name a change of revisions.yaml, by its id")
	case unknown >= 0:
		return fmt.Errorf("there is no operation %s", r.Operations[unknown])
	}
	if _, twice := s.byID[r.ID]; twice {
		return errors.New("the id is there twice")
	}
	s.byID[r.ID] = len(s.list)
	s.list = append(s.list, r)
	return nil
}
