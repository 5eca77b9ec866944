package server

import (
	"sync"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/api"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scimserver"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// revision is what answers in one revision of the API: everything that is built from its
// document. It has no state.
type revision struct {
	document *spec.Document
	guard    *guard.Guard // nil if the server is unguarded
	rest     *api.API
	scim     *scimserver.Server
	engine   *gin.Engine
	// directory finds operations for advice; it is made when somebody first asks.
	directory func() *directory
	header    []string // that names it in answers; shared, and never changed
}

// newRevision builds a revision, with the configured mutant. It fails when its document and
// the handlers do not name the same operations.
func (s *Server) newRevision(name spec.Revision) (r *revision, err error) {
	r = &revision{header: []string{string(name)}}
	if r.document, err = spec.LoadRevision(name); err != nil {
		return nil, err
	}
	r.directory = sync.OnceValue(func() *directory { return newDirectory(r.document) })
	if !s.config.Unguarded {
		if r.guard, err = guard.Load(name); err != nil {
			return nil, err
		}
	}
	shared := mutant.NewTables(r.document)
	tables, scimTables := api.NewTables(shared), scimserver.NewTables(shared)
	applyMutant(s.config.Mutant, tables, scimTables)
	if r.rest, err = api.New(s.config.API, r.document, tables); err != nil {
		return nil, err
	}
	r.scim, err = scimserver.New(scimserver.Config{MaxBody: s.config.API.MaxBody, Logger: s.config.API.Logger}, name, scimTables)
	if err != nil {
		return nil, err
	}
	r.engine = s.newRouter(r, shared)
	return r, nil
}

// writeIntegration writes an integration as the API shows it, which is the same in every
// revision. creator is nil for nobody.
func (s *Server) writeIntegration(w *rest.Writer, i *world.Integration, creator *world.User) {
	if played, err := s.revision(s.Sandboxes.Default().Revision()); err == nil { // it is built
		played.rest.WriteIntegration(w, i, creator)
	}
}
