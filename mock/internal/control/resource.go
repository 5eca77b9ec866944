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

// The state browser: what is in the world, whatever anybody's credentials allow.

// kind is one kind of rows of a world as the control plane sees it.
type kind[T, R any] struct {
	name string // in words
	code string // of the refusal of an id that nothing has
	// list are those of an organization, find is the one of an id.
	list func(view *world.World, organization string) world.List[T]
	find func(view *world.World, id string) (*T, bool)
	// row is what is shown of one.
	row    func(e *edit, row *T) R
	delete func(tx *world.Tx, row *T)
}

// page is a part of a list.
type page[R any] struct {
	Count   int `json:"count"` // of the whole list
	Results []R `json:"results"`
}

const (
	defaultRows = 100 // of a page
	mostRows    = 1000
)

// window reads which part of a list was asked for. It answers itself and returns
// false when that is no part of any list.
func window(g *gin.Context) (offset, limit int, ok bool) {
	offset, fine := pageNumber(g, "offset", 0)
	limit, fineToo := pageNumber(g, "limit", defaultRows)
	if !fine || !fineToo || offset < 0 || limit < 1 || limit > mostRows {
		refuse(g, http.StatusBadRequest, "invalid_query",
			fmt.Sprintf(`"offset" is a number from 0, "limit" one from 1 to %d.`, mostRows))
		return 0, 0, false
	}
	return offset, limit, true
}

func pageNumber(g *gin.Context, name string, otherwise int) (int, bool) {
	text, sent := g.GetQuery(name)
	if !sent {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// onPage shows a part of a list.
func onPage[T, R any](g *gin.Context, e *edit, list world.List[T], show func(*edit, *T) R) {
	offset, limit, ok := window(g)
	if !ok {
		return
	}
	shown := page[R]{Count: list.Len(), Results: []R{}}
	for _, row := range list.Page(offset, limit) {
		shown.Results = append(shown.Results, show(e, row))
	}
	g.JSON(http.StatusOK, shown)
}

// browse lists those of an organization.
func (k kind[T, R]) browse(s *sandbox.Sandbox, g *gin.Context) {
	e := look(s, g)
	o, ok := findOrganization(e.view, g.Param("id"))
	if !ok {
		refuseWith(g, noOrganization(g.Param("id")))
		return
	}
	onPage(g, e, k.list(e.view, o.ID), k.row)
}

// show shows one.
func (k kind[T, R]) show(s *sandbox.Sandbox, g *gin.Context) {
	e := look(s, g)
	found, err := k.named(e, g.Param("id"))
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.JSON(http.StatusOK, k.row(e, found))
}

// remove deletes one, and what the world says goes with it.
func (k kind[T, R]) remove(s *sandbox.Sandbox, g *gin.Context) {
	err := apply(s, g, func(e *edit) error {
		found, err := k.named(e, g.Param("id"))
		if err == nil {
			k.delete(e.tx, found)
		}
		return err
	})
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// named is the one of an id.
func (k kind[T, R]) named(e *edit, id string) (*T, error) {
	if parsed, err := uuid.Parse(id); err == nil {
		if found, ok := k.find(e.view, parsed.String()); ok {
			return found, nil
		}
	}
	return nil, refusal.New(http.StatusNotFound, k.code, "There is no "+k.name+" "+id+".")
}

// patch changes one as a body says, and shows it as it is then.
func patch[T, R, B any](k kind[T, R], change func(e *edit, found *T, body *B) (R, error)) func(*sandbox.Sandbox, *gin.Context) {
	return onBody(func(e *edit, g *gin.Context, body *B) (shown R, err error) {
		found, err := k.named(e, g.Param("id"))
		if err != nil {
			return shown, err
		}
		return change(e, found, body)
	})
}

// onBody changes the world as a body says, in one transaction, and answers with what
// the change shows.
func onBody[B, R any](change func(e *edit, g *gin.Context, body *B) (R, error)) func(*sandbox.Sandbox, *gin.Context) {
	return func(s *sandbox.Sandbox, g *gin.Context) {
		var body B
		if !readBody(g, &body) {
			return
		}
		var shown R
		err := apply(s, g, func(e *edit) (err error) {
			shown, err = change(e, g, &body)
			return err
		})
		if err != nil {
			refuseWith(g, err)
			return
		}
		g.JSON(http.StatusOK, shown)
	}
}

// edit is what the control plane does to the world of a sandbox, or only looks at. Nobody
// is refused.
type edit struct {
	exchange *exchange.Exchange
	sandbox  *sandbox.Sandbox
	request  *http.Request
	now      time.Time
	view     *world.World // what it sees
	tx       *world.Tx    // what it changes; nil while it only looks
}

// look is an edit that changes nothing.
func look(s *sandbox.Sandbox, g *gin.Context) *edit {
	return &edit{exchange: exchange.Of(g.Request), sandbox: s, request: g.Request, now: s.Clock.Now(), view: s.Store.View()}
}

// apply changes the world in one transaction.
func apply(s *sandbox.Sandbox, g *gin.Context, do func(*edit) error) error {
	e := look(s, g)
	return s.Store.Update(func(tx *world.Tx) error {
		e.tx, e.view = tx, &tx.World
		return do(e)
	})
}

// refuseWith answers with what a change was refused for: by a refusal of its own,
// else by a body that cannot be.
func refuseWith(g *gin.Context, err error) {
	if refused := new(refusal.Refusal); errors.As(err, &refused) {
		refuse(g, refused.Status, refused.Code, refused.Detail)
		return
	}
	refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
}

// emailOf is a user's address, "" if there is no such user.
func (e *edit) emailOf(user int) string {
	if found, ok := e.view.User(user); ok {
		return found.Email
	}
	return ""
}

// orNull is a text, nil when there is none.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// publicSite is what links to the site itself begin with.
func (e *edit) publicSite() string { return e.exchange.PublicSite(e.request, e.view) }
