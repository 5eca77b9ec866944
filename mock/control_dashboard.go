package mock

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/dashboard"
)

// dashboard registers the web page over the control plane. Its calls go the way of
// all others, for the sandbox that the page is about. Its forms are no JSON: it looks
// itself where they come from.
func (k *core) dashboard(group *gin.RouterGroup) {
	pages := gin.WrapH(dashboard.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.route(w, r, exchangeOf(r).sandbox)
	})))
	group.GET("/", pages)
	group.GET("/ui/*page", pages)
	group.POST("/ui/*page", pages)
}
