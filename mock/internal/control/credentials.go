package control

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func createKey(s *sandbox.Sandbox, g *gin.Context) {
	var body sandbox.KeyRequest
	if !readBody(g, &body) {
		return
	}
	key, err := s.MintKey(body)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, gin.H{"id": key.ID, "value": key.Value, "user": body.User, "scopes": key.Scopes, "label": key.Label, "created_at": key.CreatedAt})
}

// keyRow represents a personal API key.
type keyRow struct {
	ID            string    `json:"id"`
	Label         string    `json:"label"`
	User          string    `json:"user"` // an e-mail
	Scopes        []string  `json:"scopes"`
	Organizations []string  `json:"organizations"` // the only ones it reaches; empty is all
	Projects      []int     `json:"projects"`      // the only ones it reaches; empty is all
	CreatedAt     time.Time `json:"created_at"`
	Value         string    `json:"value,omitempty"`
}

// listKeys shows every personal API key, with its value only when asked to.
func listKeys(s *sandbox.Sandbox, g *gin.Context) {
	values, ok := wantsValues(g)
	if !ok {
		return
	}
	c := newCall(s, g)
	keys := []keyRow{}
	for _, key := range c.view.AllKeys() {
		row := keyRow{
			ID: key.ID, Label: key.Label, User: c.emailOf(key.User), Scopes: append([]string{}, key.Scopes...),
			Organizations: append([]string{}, key.Organizations...), Projects: append([]int{}, key.Projects...),
			CreatedAt: key.CreatedAt,
		}
		if values {
			row.Value = key.Value
		}
		keys = append(keys, row)
	}
	g.JSON(http.StatusOK, gin.H{"keys": keys})
}

// wantsValues reads from the query whether the values of keys are wanted. It refuses the
// request and returns ok false if the query is invalid.
func wantsValues(g *gin.Context) (values, ok bool) {
	switch g.DefaultQuery("values", "false") {
	case "false":
		return false, true
	case "true":
		return true, true
	}
	refuse(g, http.StatusBadRequest, "invalid_query", `"values" is true or false.`)
	return false, false
}

// deleteKey deletes a personal API key by its id.
func deleteKey(s *sandbox.Sandbox, g *gin.Context) {
	found := false
	_ = s.Store.Update(func(tx *world.Tx) error {
		for _, key := range tx.AllKeys() {
			if key.ID == g.Param("id") {
				tx.DeleteKey(key)
				found = true
			}
		}
		return nil
	})
	if !found {
		refuse(g, http.StatusNotFound, "no_such_key", "There is no personal API key with the id "+g.Param("id")+".")
		return
	}
	g.Status(http.StatusNoContent)
}

// sessionRequest asks for a session, without a password.
type sessionRequest struct {
	User string   `json:"user"` // an e-mail
	Age  duration `json:"age"`  // how long ago the login was, "3h" or seconds
	SSO  bool     `json:"sso"`  // the login was by single sign-on
}

func startSession(s *sandbox.Sandbox, g *gin.Context) {
	var body sessionRequest
	if !readBody(g, &body) {
		return
	}
	key, csrf, err := s.StartSession(body.User, time.Duration(body.Age), body.SSO)
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, sessionJSON(key, csrf))
}

// sessionJSON represents a session as target profiles do.
func sessionJSON(key, csrf string) gin.H {
	return gin.H{"cookie": exchange.SessionCookie + "=" + key + "; " + exchange.CSRFCookie + "=" + csrf, "csrf_token": csrf}
}
