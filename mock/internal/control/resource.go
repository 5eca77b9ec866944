package control

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// What the control plane does with the rows of a world, whatever the permissions of a
// caller of the API: lists, single rows, changes, and pages.

// resource is how the control plane lists, shows and deletes the rows of a table. T is the
// row, R its representation. A resource without a notFound code has only a list.
type resource[T, R any] struct {
	name     string // in the texts of refusals
	notFound string // the code of the refusal of an unknown id
	// list returns the rows of an organization, find the one of an id.
	list func(view *world.World, organization string) world.List[T]
	find func(view *world.World, id string) (*T, bool)
	// represent returns what is shown of a row.
	represent func(c *call, row *T) R
	delete    func(tx *world.Tx, row *T)
}

// page is a page of a list.
type page[R any] struct {
	Count   int `json:"count"` // of the whole list
	Results []R `json:"results"`
}

const (
	defaultRows = 100 // of a page
	maxRows     = 1000
)

// readPage reads the offset and the limit of a page from the query. It refuses the request
// and returns false if they are invalid.
func readPage(g *gin.Context) (offset, limit int, ok bool) {
	offset, fine := readNumber(g, "offset", 0)
	limit, fineToo := readNumber(g, "limit", defaultRows)
	if !fine || !fineToo || offset < 0 || limit < 1 || limit > maxRows {
		refuse(g, http.StatusBadRequest, "invalid_query",
			fmt.Sprintf(`"offset" is a number from 0, "limit" one from 1 to %d.`, maxRows))
		return 0, 0, false
	}
	return offset, limit, true
}

func readNumber(g *gin.Context, name string, byDefault int) (int, bool) {
	text, sent := g.GetQuery(name)
	if !sent {
		return byDefault, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// writePage answers with a page of a list.
func writePage[T, R any](g *gin.Context, c *call, list world.List[T], represent func(*call, *T) R) {
	offset, limit, ok := readPage(g)
	if !ok {
		return
	}
	shown := page[R]{Count: list.Len(), Results: []R{}}
	for _, row := range list.Page(offset, limit) {
		shown.Results = append(shown.Results, represent(c, row))
	}
	g.JSON(http.StatusOK, shown)
}

// getAll answers with a page of the rows of an organization.
func (r resource[T, R]) getAll(s *sandbox.Sandbox, g *gin.Context) {
	c := newCall(s, g)
	o, ok := findOrganization(c.view, g.Param("id"))
	if !ok {
		refuseWith(g, noOrganization(g.Param("id")))
		return
	}
	writePage(g, c, r.list(c.view, o.ID), r.represent)
}

// get answers with the row of an id.
func (r resource[T, R]) get(s *sandbox.Sandbox, g *gin.Context) {
	c := newCall(s, g)
	found, err := r.byID(c, g.Param("id"))
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.JSON(http.StatusOK, r.represent(c, found))
}

// remove deletes the row of an id, with the rows that depend on it.
func (r resource[T, R]) remove(s *sandbox.Sandbox, g *gin.Context) {
	err := updateWorld(s, g, func(c *call) error {
		found, err := r.byID(c, g.Param("id"))
		if err == nil {
			r.delete(c.tx, found)
		}
		return err
	})
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// byID returns the row of an id. It fails with a refusal if there is none.
func (r resource[T, R]) byID(c *call, id string) (*T, error) {
	if parsed, err := uuid.Parse(id); err == nil {
		if found, ok := r.find(c.view, parsed.String()); ok {
			return found, nil
		}
	}
	return nil, refusal.New(http.StatusNotFound, r.notFound, "There is no "+r.name+" "+id+".")
}

// patch changes the row of an id as a body says, and answers with what the change returns.
func patch[T, R, B any](r resource[T, R], change func(c *call, found *T, body *B) (R, error)) func(*sandbox.Sandbox, *gin.Context) {
	return updateWithBody(func(c *call, g *gin.Context, body *B) (shown R, err error) {
		found, err := r.byID(c, g.Param("id"))
		if err != nil {
			return shown, err
		}
		return change(c, found, body)
	})
}

// updateWithBody changes the world as a body says, in one transaction, and answers with
// what the change returns.
func updateWithBody[B, R any](change func(c *call, g *gin.Context, body *B) (R, error)) func(*sandbox.Sandbox, *gin.Context) {
	return func(s *sandbox.Sandbox, g *gin.Context) {
		var body B
		if !readBody(g, &body) {
			return
		}
		var shown R
		err := updateWorld(s, g, func(c *call) (err error) {
			shown, err = change(c, g, &body)
			return err
		})
		if err != nil {
			refuseWith(g, err)
			return
		}
		g.JSON(http.StatusOK, shown)
	}
}

// call is a request to the control plane that reads or changes the world of a sandbox.
type call struct {
	exchange *exchange.Exchange
	sandbox  *sandbox.Sandbox
	request  *http.Request
	now      time.Time
	view     *world.World // what it reads
	tx       *world.Tx    // what it changes; nil for a call that only reads
}

// newCall returns a call that only reads.
func newCall(s *sandbox.Sandbox, g *gin.Context) *call {
	return &call{exchange: exchange.Of(g.Request), sandbox: s, request: g.Request, now: s.Clock.Now(), view: s.Store.View()}
}

// updateWorld changes the world in one transaction. Nothing is changed when it fails.
func updateWorld(s *sandbox.Sandbox, g *gin.Context, do func(*call) error) error {
	c := newCall(s, g)
	return s.Store.Update(func(tx *world.Tx) error {
		c.tx, c.view = tx, &tx.World
		return do(c)
	})
}

// refuseWith answers with an error: as it says if it is a [refusal.Error], else as the
// refusal of an invalid body.
func refuseWith(g *gin.Context, err error) {
	if refused := new(refusal.Error); errors.As(err, &refused) {
		refuse(g, refused.Status, refused.Code, refused.Detail)
		return
	}
	refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
}

// emailOf is a user's address, "" if there is no such user.
func (c *call) emailOf(user int) string {
	if found, ok := c.view.User(user); ok {
		return found.Email
	}
	return ""
}

// nilIfEmpty returns nil for an empty text.
func nilIfEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// publicSite is what links to the site itself begin with.
func (c *call) publicSite() string { return c.exchange.PublicSite(c.request, c.view) }
