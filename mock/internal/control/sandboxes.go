package control

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
	"github.com/understudy-dev/understudy/spec"
)

// sandboxJSON represents a sandbox.
type sandboxJSON struct {
	Name string `json:"name"`
	// Revision is the revision of the API that it plays now.
	Revision spec.Revision `json:"revision"`
	// From says what it started from, such as "world default" or "sandbox a".
	From       string    `json:"from"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	// Requests is how many requests it has had, without those to the control plane. InUse
	// says whether it has some right now, with those.
	Requests int64 `json:"requests"`
	InUse    bool  `json:"in_use"`
	// URL is its base URL, with its name in the path.
	URL string `json:"url"`
}

func showSandboxJSON(s *sandbox.Sandbox, r *http.Request) sandboxJSON {
	return sandboxJSON{
		Name: s.Name(), Revision: s.Revision(), From: s.InitialState().Name, CreatedAt: s.MadeAt().UTC(), LastUsedAt: s.LastUsedAt().UTC(),
		Requests: s.Requests.Load(), InUse: s.InUse(), URL: exchange.Of(r).SiteOf(r, address.Sandbox+s.Name()),
	}
}

func (p *Plane) listSandboxes(g *gin.Context) {
	list := []sandboxJSON{}
	for _, s := range p.Sandboxes.All() {
		list = append(list, showSandboxJSON(s, g.Request))
	}
	g.JSON(http.StatusOK, gin.H{"count": len(list), "sandboxes": list})
}

func (p *Plane) showSandbox(g *gin.Context) {
	if s := p.Sandboxes.Get(g.Param("name")); s != nil {
		g.JSON(http.StatusOK, showSandboxJSON(s, g.Request))
		return
	}
	noSandbox(g)
}

func noSandbox(g *gin.Context) {
	refuse(g, http.StatusNotFound, "no_such_sandbox", "There is no sandbox "+g.Param("name")+".")
}

// sandboxRequest asks for a new sandbox: from an embedded world, from another sandbox, or
// from a snapshot of one.
type sandboxRequest struct {
	Name     string `json:"name"`
	World    string `json:"world"`
	Sandbox  string `json:"sandbox"`
	Snapshot string `json:"snapshot"`
	Revision string `json:"revision"` // "" is that of what it starts from
}

func (p *Plane) createSandbox(g *gin.Context) {
	var body sandboxRequest
	if !readBody(g, &body) {
		return
	}
	if body.Name == "" {
		body.Name = p.Sandboxes.NewName()
	}
	revision, err := readRevision(body.Revision)
	if err != nil {
		refuseWith(g, refusal.NoRevision(err))
		return
	}
	start := p.initialState(g, &body, revision)
	if start == nil {
		return
	}
	s, err := p.Sandboxes.Named(body.Name, start, true)
	if refused := new(refusal.Error); errors.As(err, &refused) {
		refuse(g, refused.Status, refused.Code, refused.Detail)
		return
	}
	g.JSON(http.StatusCreated, showSandboxJSON(s, g.Request))
}

// readRevision is the revision of a name; "" stays as it is.
func readRevision(name string) (spec.Revision, error) {
	if name == "" {
		return "", nil
	}
	return spec.ParseRevision(name)
}

// initialState returns what a new sandbox starts from. It refuses the request and returns
// nil if that does not exist, or cannot be in the revision; "" is its own.
func (p *Plane) initialState(g *gin.Context, body *sandboxRequest, revision spec.Revision) *worldfile.InitialState {
	if body.World != "" && (body.Sandbox != "" || body.Snapshot != "") {
		refuse(g, http.StatusBadRequest, "invalid_body", `Send "world", or "sandbox" with or without "snapshot", not both.`)
		return nil
	}
	if body.Sandbox == "" && body.Snapshot == "" {
		start, err := p.Sandboxes.World(body.World, revision)
		if err != nil {
			refuse(g, http.StatusBadRequest, "invalid_body", `"world": `+err.Error())
		}
		return start
	}
	parent := exchange.Of(g.Request).Sandbox
	if body.Sandbox != "" {
		parent = p.Sandboxes.Get(body.Sandbox)
	}
	if parent == nil {
		refuse(g, http.StatusBadRequest, "invalid_body", `"sandbox": there is no sandbox `+body.Sandbox+".")
		return nil
	}
	var start *worldfile.InitialState
	if body.Snapshot == "" {
		start = parent.Fork()
	} else if start = parent.ForkSnapshot(body.Snapshot); start == nil {
		refuse(g, http.StatusBadRequest, "invalid_body", `"snapshot": the sandbox `+parent.Name()+" has no snapshot "+body.Snapshot+".")
		return nil
	}
	if revision == "" {
		return start
	}
	moved, err := sandbox.At(start, revision)
	if err != nil {
		refuseWith(g, refusal.NoRevision(err))
		return nil
	}
	return moved
}

func (p *Plane) dropSandbox(g *gin.Context) {
	if g.Param("name") == sandbox.DefaultSandbox {
		refuse(g, http.StatusConflict, "default_sandbox", "The sandbox \""+sandbox.DefaultSandbox+"\" stays. Reset it instead.")
		return
	}
	s := p.Sandboxes.Get(g.Param("name"))
	if s == nil {
		noSandbox(g)
		return
	}
	p.Sandboxes.Drop(s)
	g.Status(http.StatusNoContent)
}
