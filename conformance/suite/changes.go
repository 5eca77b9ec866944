package suite

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// environmentMapping is the last part of the path where the projects of an integration
// are set. They are shown with the integration.
const environmentMapping = "environment-mapping/"

// settingsPaths are the paths of things whose settings a PATCH or PUT changes.
func settingsPaths() []string {
	const members = "/api/organizations/{organization}/members/{id}/"
	paths := []string{members, "/api/users/{id}/", "/api/organizations/{organization}/integrations/{id}/" + environmentMapping}
	for _, kind := range kinds() {
		if !kind.ListOnly && !strings.HasPrefix(kind.item(), ControlPath) {
			paths = append(paths, kind.item())
		}
	}
	return paths
}

// watchChange reads something that the run did not create before a request may change it,
// and has it changed back. Only a faulty target lets a request do so, unless the scenario is
// about that; also one that refuses may have stored it all the same.
func (s *S) watchChange(by *Caller, e *Exchange) {
	path, mine := s.client.pathOf(e.URL)
	if s.unchecked || !mine || (e.Method != http.MethodPatch && e.Method != http.MethodPut) {
		return
	}
	own := dependsOnCaller(path) && s.madeByRun(by.who)
	if own || !isSettings(path) || s.client.owns(lastPart(strings.TrimSuffix(path, environmentMapping))) {
		return
	}
	if s.namesLent(path) {
		s.Alone() // else what it had may be what another story is about to take back
	}
	var was map[string]json.RawMessage
	end := s.aside().runStory(func(s *S) { was, _ = by.forStory(s).settingsAt(path, e.RequestBody) })
	if end != (ending{}) || len(was) == 0 {
		return
	}
	values := encode(was)
	set := requestedValues(was, e.RequestBody)
	if strings.HasSuffix(path, environmentMapping) {
		set = nil // what a mapping does not name follows what it does: what it gets is not what was sent
	}
	n, err := s.client.Journal.Change(journal.Event{Path: path, Was: values, Set: set, Who: by.who})
	if err != nil {
		s.giveUp(err.Error())
	}
	s.Cleanup("change of "+path, func(s *S) *Response {
		back, _ := s.restore(by.forStory(s), journal.Event{Path: path, Was: values}, false)
		if back == nil || back.code() < http.StatusMultipleChoices {
			_ = s.client.Journal.Gone(n)
		}
		return back
	})
}

// dependsOnCaller reports whether a path means something else for each caller.
func dependsOnCaller(path string) bool { return strings.Contains(path, "/@me/") }

// restore gives a thing the values that it had; nil when it has them or is not
// there. The administrator does it where who changed it may not. Values that are
// neither those that it had nor those that it was to get are somebody else's, and
// stay. A dry run only looks, and returns what it saw.
func (s *S) restore(by *Caller, change journal.Event, dry bool) (last *Response, theirs bool) {
	names := []string{"", "admin", "admin" + sessionSuffix}
	if dependsOnCaller(change.Path) {
		names = names[:1] // it is another thing for everybody else
	}
	for _, name := range names {
		caller := by
		if name != "" {
			caller = s.callerNamed(name)
		}
		if caller == nil {
			continue
		}
		now, shown := caller.settingsAt(change.Path, change.Was)
		switch {
		case shown.Code() == http.StatusNotFound, now != nil && sameValues(now, change.Was):
			return nil, false
		case now != nil && change.Set != nil && !sameValues(now, change.Set):
			return nil, true
		}
		last = shown
		if !dry {
			last = caller.Do(http.MethodPatch, change.Path, "application/json", change.Was)
		}
		if last.code() < http.StatusMultipleChoices {
			return last, false
		}
	}
	if last == nil {
		s.giveUp("the profile has no credential that could reach it")
	}
	return last, false
}

// requestedValues are the values that a body sends for properties that a thing has.
func requestedValues(was map[string]json.RawMessage, body []byte) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return nil
	}
	for name := range fields {
		if _, ok := was[name]; !ok {
			delete(fields, name)
		}
	}
	return encode(fields)
}

// sameValues reports whether a thing has the values of a JSON object.
func sameValues(now map[string]json.RawMessage, values []byte) bool {
	var was map[string]json.RawMessage
	if json.Unmarshal(values, &was) != nil || len(was) != len(now) {
		return false
	}
	for name, value := range was {
		if compact(string(now[name])) != compact(string(value)) {
			return false
		}
	}
	return true
}

// settingsAt are the values that a thing has of what a body changes, nil when they
// cannot be seen, and the answer that shows it.
func (c *Caller) settingsAt(path string, body []byte) (map[string]json.RawMessage, *Response) {
	integration, isMapping := strings.CutSuffix(path, environmentMapping)
	shown := c.Get(integration)
	if shown.Code() != http.StatusOK {
		return nil, shown
	}
	if !isMapping {
		return previousValues(shown, body), shown
	}
	values := map[string]json.RawMessage{}
	for environment, project := range shown.Get("config.environment_mapping").Map() {
		values[environment] = json.RawMessage(project.Raw)
	}
	return values, shown
}

func isSettings(path string) bool {
	for _, pattern := range settingsPaths() {
		if _, ok := matchPath(pattern, path); ok {
			return true
		}
	}
	return false
}

func lastPart(path string) string {
	path = strings.TrimRight(path, "/")
	return path[strings.LastIndex(path, "/")+1:]
}

// previousValues are the values, before a request, of the properties that it sends.
func previousValues(shown *Response, body []byte) map[string]json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return nil
	}
	was := map[string]json.RawMessage{}
	for name := range fields {
		if value := shown.Get(escapePath(name)); value.Exists() {
			was[name] = json.RawMessage(value.Raw)
		}
	}
	return was
}

// escapePath makes a gjson path of the name of a property.
func escapePath(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`.*?|#@\!{}[]()=<>%"'`, r) {
			b.WriteByte('\\')
		}
		fmt.Fprintf(&b, "%c", r)
	}
	return b.String()
}
