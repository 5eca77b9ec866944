package mock

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Message is a mail that the real API would have sent.
type Message struct {
	Recipient string    `json:"recipient"`
	ReplyTo   string    `json:"reply_to"` // whom an answer goes to; "" is nobody
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
	Link      string    `json:"link"` // what the reader is asked to open
	SentAt    time.Time `json:"sent_at"`
}

func messageOf(m *world.Mail) Message {
	return Message{
		Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject,
		Text: m.Text, HTML: m.HTML, Link: m.Link, SentAt: m.SentAt,
	}
}

// Outbox returns what has been sent, oldest first.
func (b *Sandbox) Outbox() []Message {
	messages := []Message{}
	for _, m := range b.store.View().Mail() {
		messages = append(messages, messageOf(m))
	}
	return messages
}

func (b *Sandbox) listMail(g *gin.Context) {
	messages := b.Outbox()
	g.JSON(http.StatusOK, gin.H{"count": len(messages), "messages": messages})
}

func (b *Sandbox) clearMail(g *gin.Context) {
	_ = b.store.Update(func(tx *world.Tx) error {
		tx.ClearMail()
		return nil
	})
	g.Status(http.StatusNoContent)
}
