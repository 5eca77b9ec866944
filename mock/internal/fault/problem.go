package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with what was sent.
type Problem struct {
	// Field says where, as in "faults[1].latency.min". It is empty for the whole.
	Field string `json:"field"`
	// Detail says what is wrong and what to send instead.
	Detail string `json:"detail"`
}

// InvalidError is why faults were refused: everything that is wrong with them.
type InvalidError struct {
	// Problems holds at least one.
	Problems []Problem
}

// shown is how many problems a message lists: more would hide the first.
const shown = 20

// Error lists the problems.
func (e *InvalidError) Error() string {
	var texts []string
	for i, p := range e.Problems {
		if i == shown {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Problems)-shown))
			break
		}
		if p.Field == "" {
			texts = append(texts, p.Detail)
		} else {
			texts = append(texts, p.Field+": "+p.Detail)
		}
	}
	return strings.Join(texts, "; ")
}

// problems collects what is wrong. Fields are named below a prefix.
type problems struct {
	prefix string
	list   []Problem
}

func (p *problems) add(name, format string, values ...any) {
	if p.prefix != "" && name != "" {
		name = "." + name
	}
	p.list = append(p.list, Problem{p.prefix + name, fmt.Sprintf(format, values...)})
}

// has tells whether something is wrong with a field already.
func (p *problems) has(name string) bool {
	for _, known := range p.list {
		if known.Field == name || p.prefix != "" && known.Field == p.prefix+"."+name {
			return true
		}
	}
	return false
}

// err is nil when nothing is wrong.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &InvalidError{p.list}
}

// field is a key of a JSON object and where its value goes. A target of nil
// is a key that may stand there and says nothing.
type field struct {
	name, want string
	target     any
}

// read fills the fields of an object and notes every key that is unknown and
// every value that does not fit. null counts as not sent.
func (p *problems) read(name string, data []byte, fields []field) (sent map[string]json.RawMessage) {
	if err := json.Unmarshal(data, &sent); err != nil || sent == nil {
		p.add(name, "want a JSON object")
		return nil
	}
	var names []string
	inside := name
	if inside != "" {
		inside += "."
	}
	for _, f := range fields {
		names = append(names, f.name)
		value, ok := sent[f.name]
		if !ok || f.target == nil || string(value) == "null" {
			continue
		}
		if err := json.Unmarshal(value, f.target); err != nil {
			p.add(inside+f.name, "want %s", strings.TrimPrefix(f.want, "want "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(names, key) {
			p.add(inside+key, "there is no such field%s", nearest(key, names))
		}
	}
	return sent
}

func isObject(data []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{")
}
