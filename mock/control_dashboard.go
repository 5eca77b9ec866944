package mock

import (
	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/dashboard"
)

// dashboard registers the web page over the control plane.
func (k *core) dashboard(group *gin.RouterGroup) {
	pages := gin.WrapH(dashboard.New(k))
	group.GET("/", pages)
	group.GET("/ui/*page", pages)
	group.POST("/ui/*page", pages)
}
