// Package api is the REST API: the way of a request, then one file for each resource with
// its rules, and its planted defects beside it. What surrounds a request, such as faults
// and the journal, is never here.
//
// # How a request is answered
//
// negotiate → body → authenticate → scope → organization → key's limits → membership →
// level → recent login → throttle → object → decode → validate → change → render. The
// order is the real API's. Which operations there are, what they ask of the caller and
// what their fields look like is read from package spec.
package api

import (
	"log/slog"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Config is how the API differs from one deployment to another.
type Config struct {
	MaxBody          int64 // bytes of a request's body
	Logger           *slog.Logger
	KeysEverywhere   bool          // personal API keys do where the real API wants a session
	SessionFreshness time.Duration // how old a login may be for sensitive writes
	ResolveTimeout   time.Duration // of a DNS look-up
	MailOff          bool          // the deployment cannot send mail
}

// API answers the operations of the REST API. It does not change once it is built.
type API struct {
	Config
	routes []Route
	calls  sync.Pool
	first  []stage // what every request goes through
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
	a = &API{Config: config, first: tables.stages.first}
	a.calls.New = func() any { return &call{api: a} }
	if a.serializers, err = newSerializers(document, tables); err != nil {
		return nil, err
	}
	list, err := resources(tables.Operations, tables.handlers)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		r.stages = tables.stages.of(r)
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
