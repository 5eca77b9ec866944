package mock

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
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
	row    func(c *call, row *T) R
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
		controlError(g, http.StatusBadRequest, "invalid_query",
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
func onPage[T, R any](g *gin.Context, c *call, list world.List[T], show func(*call, *T) R) {
	offset, limit, ok := window(g)
	if !ok {
		return
	}
	shown := page[R]{Count: list.Len(), Results: []R{}}
	for _, row := range list.Page(offset, limit) {
		shown.Results = append(shown.Results, show(c, row))
	}
	g.JSON(http.StatusOK, shown)
}

// browse lists those of an organization.
func (k kind[T, R]) browse(b *Sandbox, g *gin.Context) {
	c := b.operator(g)
	o, ok := findOrganization(c.view, g.Param("id"))
	if !ok {
		controlRefuse(g, noOrganization(g.Param("id")))
		return
	}
	c.organization = o
	onPage(g, c, k.list(c.view, o.ID), k.row)
}

// show shows one.
func (k kind[T, R]) show(b *Sandbox, g *gin.Context) {
	c := b.operator(g)
	found, err := k.named(c, g.Param("id"))
	if err != nil {
		controlRefuse(g, err)
		return
	}
	g.JSON(http.StatusOK, k.row(c, found))
}

// remove deletes one, and what the world says goes with it.
func (k kind[T, R]) remove(b *Sandbox, g *gin.Context) {
	err := b.operate(g, func(c *call) error {
		found, err := k.named(c, g.Param("id"))
		if err == nil {
			k.delete(c.tx, found)
		}
		return err
	})
	if err != nil {
		controlRefuse(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// named is the one of an id.
func (k kind[T, R]) named(c *call, id string) (*T, error) {
	if parsed, err := uuid.Parse(id); err == nil {
		if found, ok := k.find(c.view, parsed.String()); ok {
			return found, nil
		}
	}
	return nil, refusal.New(http.StatusNotFound, k.code, "There is no "+k.name+" "+id+".")
}

// patch changes one as a body says, and shows it as it is then.
func patch[T, R, B any](k kind[T, R], change func(c *call, found *T, body *B) (R, error)) func(*Sandbox, *gin.Context) {
	return onBody(func(c *call, g *gin.Context, body *B) (shown R, err error) {
		found, err := k.named(c, g.Param("id"))
		if err != nil {
			return shown, err
		}
		return change(c, found, body)
	})
}

// onBody changes the world as a body says, in one transaction, and answers with what
// the change shows.
func onBody[B, R any](change func(c *call, g *gin.Context, body *B) (R, error)) func(*Sandbox, *gin.Context) {
	return func(b *Sandbox, g *gin.Context) {
		var body B
		if !b.core.controlBody(g, &body) {
			return
		}
		var shown R
		err := b.operate(g, func(c *call) (err error) {
			shown, err = change(c, g, &body)
			return err
		})
		if err != nil {
			controlRefuse(g, err)
			return
		}
		g.JSON(http.StatusOK, shown)
	}
}

// operator is a call that the control plane makes itself: handlers' functions work
// with it, and nobody is refused.
func (b *Sandbox) operator(g *gin.Context) *call {
	return &call{
		server: b.core, exchange: exchangeOf(g.Request), sandbox: b,
		request: g.Request, now: b.clock.Now(), view: b.store.View(),
	}
}

// operate changes the world as an operator, in one transaction.
func (b *Sandbox) operate(g *gin.Context, change func(*call) error) error {
	c := b.operator(g)
	return b.store.Update(func(tx *world.Tx) error {
		c.tx, c.view = tx, &tx.World
		return change(c)
	})
}

// controlRefuse answers with what a change was refused for: by a refusal of its own,
// else by a body that cannot be.
func controlRefuse(g *gin.Context, err error) {
	if refused := new(refusal.Refusal); errors.As(err, &refused) {
		controlError(g, refused.Status, refused.Code, refused.Detail)
		return
	}
	controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
}

// emailOf is a user's address, "" if there is no such user.
func (c *call) emailOf(user int) string {
	if found, ok := c.view.User(user); ok {
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
