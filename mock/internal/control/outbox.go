package control

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func listMail(s *sandbox.Sandbox, g *gin.Context) {
	messages := s.Outbox()
	g.JSON(http.StatusOK, gin.H{"count": len(messages), "messages": messages})
}

func clearMail(s *sandbox.Sandbox, g *gin.Context) {
	_ = s.Store.Update(func(tx *world.Tx) error {
		tx.ClearMail()
		return nil
	})
	g.Status(http.StatusNoContent)
}
