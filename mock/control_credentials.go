package mock

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// keyRequest asks for a personal API key.
type keyRequest struct {
	User          string   `json:"user"`          // the e-mail of its owner
	Scopes        []string `json:"scopes"`        // default: all, "*"
	Organizations []string `json:"organizations"` // the only ones it reaches; empty is all
	Projects      []int    `json:"projects"`      // the only ones it reaches; empty is all
	Label         string   `json:"label"`
}

func (b *Sandbox) mintKey(g *gin.Context) {
	var body keyRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	if len(body.Scopes) == 0 {
		body.Scopes = []string{"*"}
	}
	var key *world.Key
	err := b.store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(body.User)
		if !ok {
			return noUser(body.User)
		}
		now := b.clock.Now()
		key = &world.Key{
			ID: b.ids.UUID(now), Label: body.Label, Value: "phx_" + b.ids.Alphanumeric(43), User: user.ID,
			Scopes: body.Scopes, Organizations: body.Organizations, Projects: body.Projects, CreatedAt: now,
		}
		tx.PutKey(key)
		return nil
	})
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	b.core.mints(b, key.Value)
	g.JSON(http.StatusCreated, gin.H{"id": key.ID, "value": key.Value, "user": body.User, "scopes": key.Scopes, "label": key.Label, "created_at": key.CreatedAt})
}

// listKeys shows every personal API key but for its value.
func (b *Sandbox) listKeys(g *gin.Context) {
	keys := []gin.H{}
	view := b.store.View()
	for _, key := range view.AllKeys() {
		email := ""
		if user, ok := view.User(key.User); ok {
			email = user.Email
		}
		keys = append(keys, gin.H{"id": key.ID, "label": key.Label, "user": email, "scopes": key.Scopes, "created_at": key.CreatedAt})
	}
	g.JSON(http.StatusOK, gin.H{"keys": keys})
}

// deleteKey takes a personal API key away.
func (b *Sandbox) deleteKey(g *gin.Context) {
	found := false
	_ = b.store.Update(func(tx *world.Tx) error {
		for _, key := range tx.AllKeys() {
			if key.ID == g.Param("id") {
				tx.DeleteKey(key)
				found = true
			}
		}
		return nil
	})
	if !found {
		controlError(g, http.StatusNotFound, "no_such_key", "There is no personal API key with the id "+g.Param("id")+".")
		return
	}
	g.Status(http.StatusNoContent)
}

func noUser(email string) error {
	return fmt.Errorf(`"user" names no user: %q; send the e-mail of a user of the world`, email)
}

// sessionRequest asks for a login without a password.
type sessionRequest struct {
	User string   `json:"user"` // an e-mail
	Age  duration `json:"age"`  // how long ago the login was, "3h" or seconds
}

func (b *Sandbox) startSession(g *gin.Context) {
	var body sessionRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	var key, csrf string
	err := b.store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(body.User)
		if !ok {
			return noUser(body.User)
		}
		key, csrf = b.ids.Alphanumeric(32), b.ids.Alphanumeric(32)
		tx.PutSession(&world.Session{Key: key, User: user.ID, LoggedInAt: b.clock.Now().Add(-time.Duration(body.Age))})
		return nil
	})
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, sessionJSON(key, csrf))
}

// sessionJSON is a session as a target profile names it.
func sessionJSON(key, csrf string) gin.H {
	return gin.H{"cookie": sessionCookie + "=" + key + "; " + csrfCookie + "=" + csrf, "csrf_token": csrf}
}
