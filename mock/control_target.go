package mock

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/understudy-dev/understudy/mock/internal/address"
)

// showTarget answers the target profile of the sandbox, for whoever reaches it as the
// caller did.
func (b *Sandbox) showTarget(g *gin.Context) {
	x := exchangeOf(g.Request)
	site := x.site(g.Request)
	if x.prefix == "" && b != b.core.main {
		site += address.Sandbox + b.name // chosen by a header, which a base URL cannot say
	}
	profile, err := b.Profile(site)
	if err != nil {
		controlError(g, http.StatusNotFound, "no_target", err.Error())
		return
	}
	g.Data(http.StatusOK, "application/json; charset=utf-8", profile)
}

// versionHeader says which version answers.
const versionHeader = "Understudy-Version"

// health tells that the fake can serve.
func health(g *gin.Context) {
	g.Header(versionHeader, Version())
	g.JSON(http.StatusOK, gin.H{"status": "ok"})
}
