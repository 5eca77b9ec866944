package mock

import (
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/worldfile"
)

// sandboxJSON is how the control plane shows a sandbox.
type sandboxJSON struct {
	Name string `json:"name"`
	// From says what it started from, such as "world default" or "sandbox a".
	From       string    `json:"from"`
	CreatedAt  time.Time `json:"created_at"`
	LastUsedAt time.Time `json:"last_used_at"`
	// Requests is how many it has had, without those to the control plane; InUse tells
	// whether it has some right now, of either kind.
	Requests int64 `json:"requests"`
	InUse    bool  `json:"in_use"`
	// URL is a base URL that leads to it without a header.
	URL string `json:"url"`
}

func (b *Sandbox) json(r *http.Request) sandboxJSON {
	site := *exchangeOf(r)
	site.prefix = address.Sandbox + b.name
	return sandboxJSON{
		Name: b.name, From: b.origin.Load().Name, CreatedAt: b.made.UTC(), LastUsedAt: time.Unix(0, b.last.Load()).UTC(),
		Requests: b.requests.Load(), InUse: b.running.Load() > 0, URL: site.site(r),
	}
}

func (k *core) listSandboxes(g *gin.Context) {
	list := []sandboxJSON{}
	for _, b := range k.all() {
		list = append(list, b.json(g.Request))
	}
	g.JSON(http.StatusOK, gin.H{"count": len(list), "sandboxes": list})
}

func (k *core) showSandbox(g *gin.Context) {
	if b := k.get(g.Param("name"), nil); b != nil {
		g.JSON(http.StatusOK, b.json(g.Request))
		return
	}
	noSandbox(g)
}

func noSandbox(g *gin.Context) {
	controlError(g, http.StatusNotFound, "no_such_sandbox", "There is no sandbox "+g.Param("name")+".")
}

// sandboxRequest asks for a sandbox: of an embedded world, or as another sandbox is
// now, or was when a snapshot of it was taken.
type sandboxRequest struct {
	Name     string `json:"name"`
	World    string `json:"world"`
	Sandbox  string `json:"sandbox"`
	Snapshot string `json:"snapshot"`
}

func (k *core) makeSandbox(g *gin.Context) {
	var body sandboxRequest
	if !k.controlBody(g, &body) {
		return
	}
	if body.Name == "" {
		body.Name = k.newName()
	}
	start := k.startOf(g, &body)
	if start == nil {
		return
	}
	b, err := k.named(body.Name, start, true)
	if refused := new(refusal.Refusal); errors.As(err, &refused) {
		controlError(g, refused.Status, refused.Code, refused.Detail)
		return
	}
	g.JSON(http.StatusCreated, b.json(g.Request))
}

// startOf is what a new sandbox starts from. It answers itself and returns nil when
// there is no such thing.
func (k *core) startOf(g *gin.Context, body *sandboxRequest) *worldfile.InitialState {
	if body.World != "" && (body.Sandbox != "" || body.Snapshot != "") {
		controlError(g, http.StatusBadRequest, "invalid_body", `Send "world", or "sandbox" with or without "snapshot", not both.`)
		return nil
	}
	if body.Sandbox == "" && body.Snapshot == "" {
		start, err := k.originOf(body.World)
		if err != nil {
			controlError(g, http.StatusBadRequest, "invalid_body", `"world": `+err.Error())
		}
		return start
	}
	parent := exchangeOf(g.Request).sandbox
	if body.Sandbox != "" {
		parent = k.get(body.Sandbox, nil)
	}
	if parent == nil {
		controlError(g, http.StatusBadRequest, "invalid_body", `"sandbox": there is no sandbox `+body.Sandbox+".")
		return nil
	}
	if body.Snapshot == "" {
		return parent.fork()
	}
	taken := parent.snapshots.get(body.Snapshot)
	if taken == nil {
		controlError(g, http.StatusBadRequest, "invalid_body", `"snapshot": the sandbox `+parent.name+" has no snapshot "+body.Snapshot+".")
		return nil
	}
	return parent.forkAt(taken.moment, "snapshot "+taken.name+" of sandbox "+parent.name)
}

func (k *core) dropSandbox(g *gin.Context) {
	if g.Param("name") == DefaultSandbox {
		controlError(g, http.StatusConflict, "default_sandbox", "The sandbox \""+DefaultSandbox+"\" stays. Reset it instead.")
		return
	}
	b := k.get(g.Param("name"), nil)
	if b == nil {
		noSandbox(g)
		return
	}
	k.drop(b)
	g.Status(http.StatusNoContent)
}
