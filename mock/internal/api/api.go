// Package api is the REST API: the way of a request, then one file for each resource with
// its rules, and its planted defects beside it. What surrounds a request, such as faults
// and the journal, is never here.
//
// # How a request is answered
//
// negotiate → body → authenticate → scope → organization → key's limits → membership →
// level → recent login → throttle → object → decode → validate → change → render. The
// order is the real API's; where invites are written it looks at the key last. Which operations there are, what they ask of the caller and
// what their fields look like is read from package spec.
package api

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/safetext"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Config is how the API differs from one deployment to another.
type Config struct {
	MaxBody        int64 // bytes of a request's body
	Logger         *slog.Logger
	KeysEverywhere bool          // personal API keys do where the real API wants a session
	RecentLogin    time.Duration // how old a recent login may be
	ResolveTimeout time.Duration // of a DNS look-up
	MailOff        bool          // the deployment cannot send mail
}

// API answers the operations of the REST API. It does not change once it is built.
type API struct {
	Config
	revision  spec.Revision
	routes    []Route
	calls     sync.Pool
	first     []stage // what every request goes through
	scopeLast []stage // what known callers go through where the scope comes last
	texts     safetext.Rules
	negotiate func(*call) error // whether there is an answer in a form that the caller takes
	// described says which fields OPTIONS shows, by resource.
	described map[string]described
	serializers
}

// Route is a documented path and what answers there.
type Route struct {
	Path   string // as the document writes it
	Handle gin.HandlerFunc
}

// New builds the API from its tables. It fails when the OpenAPI document and the code do
// not name the same operations and properties.
func New(config Config, document *spec.Document, tables *Tables) (a *API, err error) {
	a = &API{Config: config, revision: document.Revision, first: tables.stages.first, scopeLast: stagesIn(document.Revision, tables.stages.scopeLast), texts: textRulesOf(document.Revision, tables.texts), negotiate: tables.negotiate, described: describedBy()}
	a.calls.New = func() any { return &call{api: a} }
	if a.serializers, err = newSerializers(document, tables); err != nil {
		return nil, err
	}
	list, err := resources(tables.Operations, tables.handlers)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		r.stages = stagesIn(a.revision, tables.stages.forResource(r))
		a.routes = append(a.routes, Route{r.path, func(g *gin.Context) { a.serve(g, r) }})
	}
	return a, nil
}

// Routes are the paths of the API, in the order of the document.
func (a *API) Routes() []Route { return a.routes }

// WriteIntegration writes an integration as the API shows it. creator is nil for nobody.
func (a *API) WriteIntegration(w *rest.Writer, i *world.Integration, creator *world.User) {
	a.integrationSerializer.Write(w, integrationView{i, creator})
}

// Tables are what the API is built from, once, when it is made. Requests never look into
// them. A mutant is a change to them.
type Tables struct {
	*mutant.Tables
	handlers  map[string]handler
	stages    stages
	fields    []fieldChange
	texts     safetext.Rules
	negotiate func(*call) error
}

// stages are what a request goes through before its operation, in this order.
type stages struct {
	first     []stage // for every request
	root      []stage // of known callers, then: for what lies in no organization
	nested    []stage // … for what lies in one
	scopeLast []stage // … for the operations there that say so
	project   []stage // … for projects, and what lies in one
}

// stage is one check on the way in. Its name is for whoever changes the order, and for
// the journal.
type stage struct {
	name  string
	check func(*call) error
	once  bool          // it is left out where a request is admitted again
	since spec.ChangeID // the change that brought it; "" is there always
}

// stageAuthorize stands for the stages of a path, which follow one another in it.
const stageAuthorize = "authorize"

// NewTables are the tables of an API without a defect.
func NewTables(shared *mutant.Tables) *Tables {
	return &Tables{
		Tables:    shared,
		handlers:  handlers(),
		negotiate: (*call).negotiate,
		stages: stages{
			first: []stage{
				{name: "authenticate", check: (*call).authenticate},
				{name: stageAuthorize, check: (*call).authorize},
				{name: "throttle", check: (*call).throttle, once: true},
			},
			root: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "key limits", check: (*call).checkKeyLimits},
			},
			nested: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "organization", check: (*call).enterPathOrganization},
				{name: "key limits", check: (*call).checkKeyLimits},
				{name: "membership", check: (*call).checkMembership},
				{name: "verified domain", check: (*call).checkVerifiedDomain, since: spec.MembershipRestricted},
				{name: "level", check: (*call).checkLevel},
				{name: "recent login", check: (*call).checkRecentLogin},
			},
			scopeLast: []stage{
				{name: "organization", check: (*call).enterPathOrganization},
				{name: "membership", check: (*call).checkMembership},
				{name: "verified domain", check: (*call).checkVerifiedDomain, since: spec.MembershipRestricted},
				{name: "level", check: (*call).checkLevel},
				{name: "invite settings", check: (*call).checkMayInvite},
				{name: "recent login", check: (*call).checkRecentLogin},
				{name: "scope", check: (*call).checkScope},
				{name: "key limits", check: (*call).checkKeyLimits},
			},
			project: []stage{
				{name: "scope", check: (*call).checkScope},
				{name: "project", check: (*call).authorizeProject},
			},
		},
	}
}

// stagesIn are the stages of a list that a revision has.
func stagesIn(r spec.Revision, all []stage) []stage {
	return slices.DeleteFunc(slices.Clone(all), func(s stage) bool { return s.since != "" && !r.Has(s.since) })
}

// forResource returns the checks of known callers on a path.
func (s *stages) forResource(r *resource) []stage {
	switch {
	case r.object == projectObject:
		return s.project
	case r.nested:
		return s.nested
	}
	return s.root
}

// applyFieldChanges returns the schema and the bindings of a resource as the tables have them.
func applyFieldChanges[T any](t *Tables, schema *spec.Schema, bindings []rest.Binding[T, *call]) (*spec.Schema, []rest.Binding[T, *call]) {
	for i := range t.fields {
		if t.fields[i].schema == schema.Name {
			schema, bindings = applyFieldChange(&t.fields[i], schema, bindings)
		}
	}
	return schema, bindings
}
