package control

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// How DNS and the mail server answer.

func showDNSMode(s *sandbox.Sandbox, g *gin.Context) {
	g.JSON(http.StatusOK, gin.H{"mode": s.Store.View().DNSMode()})
}

func setDNSMode(s *sandbox.Sandbox, g *gin.Context) {
	mode, ok := readMode(g, world.DNSModes)
	switch {
	case !ok:
	case s.HasExternalResolver():
		refuse(g, http.StatusConflict, "other_resolver", "Domain verification of this server does not ask the world; start it without --dns.")
	default:
		s.SetDNSMode(string(mode))
		showDNSMode(s, g)
	}
}

func showMailMode(s *sandbox.Sandbox, g *gin.Context) {
	g.JSON(http.StatusOK, gin.H{"mode": s.Store.View().MailMode()})
}

func setMailMode(s *sandbox.Sandbox, g *gin.Context) {
	if mode, ok := readMode(g, world.MailModes); ok {
		s.SetMailDown(mode == world.MailDown)
		showMailMode(s, g)
	}
}

// readMode reads which of some modes is wanted. It refuses the request and returns ok
// false where it is none of them.
func readMode[M ~string](g *gin.Context, modes []M) (mode M, ok bool) {
	var body struct {
		Mode M `json:"mode"`
	}
	if !readBody(g, &body) {
		return "", false
	}
	if !slices.Contains(modes, body.Mode) {
		refuse(g, http.StatusBadRequest, "invalid_body", fmt.Sprintf("%q is %q: send one of %q", "mode", body.Mode, modes))
		return "", false
	}
	return body.Mode, true
}
