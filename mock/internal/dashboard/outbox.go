package dashboard

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// mailMessage is a message of the outbox.
type mailMessage struct {
	Number    int // its place, from 1
	Recipient string
	ReplyTo   string `json:"reply_to"`
	Subject   string
	Text      string
	HTML      string `json:"html"`
	Link      string
	SentAt    time.Time `json:"sent_at"`
}

// mailbox is the outbox, newest first, with one message open.
type mailbox struct {
	Count    int
	Messages []mailMessage
	Open     *mailMessage
}

// mailPolicy shows a message as a mail program does: no scripts, and nothing is loaded
// from elsewhere. Links may open a new window.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; " +
	"sandbox allow-popups allow-popups-to-escape-sandbox"

func (d *dashboard) outbox() {
	d.page("GET /ui/outbox", pageSpec{title: "Outbox", section: "outbox", template: "outbox"}, func(p *pageRequest) (any, error) {
		box, err := p.mailbox()
		if err != nil || len(box.Messages) == 0 {
			return box, err
		}
		box.Open = &box.Messages[0]
		if m := box.find(p.value("message")); m != nil {
			box.Open = m
		}
		return box, nil
	})
	d.pages.HandleFunc("GET /ui/outbox/{number}/body", d.mailBody)
	d.form("/ui/outbox/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: http.MethodDelete, path: "/outbox", done: "The outbox is empty.", back: "ui/outbox"}, nil
	})
}

func (p *pageRequest) mailbox() (*mailbox, error) {
	box := new(mailbox)
	if err := p.get("/outbox", box); err != nil {
		return nil, err
	}
	newest := make([]mailMessage, 0, len(box.Messages))
	for i, m := range slices.Backward(box.Messages) {
		m.Number = i + 1
		newest = append(newest, m)
	}
	box.Messages = newest
	return box, nil
}

func (m *mailbox) find(number string) *mailMessage {
	for i := range m.Messages {
		if strconv.Itoa(m.Messages[i].Number) == number {
			return &m.Messages[i]
		}
	}
	return nil
}

// mailBody serves the HTML of one message, for a frame.
func (d *dashboard) mailBody(w http.ResponseWriter, r *http.Request) {
	box, err := d.newPageRequest(w, r).mailbox()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	m := box.find(r.PathValue("number"))
	if m == nil {
		http.Error(w, "There is no such message any more.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write([]byte("<!doctype html><meta charset=utf-8><base target=_blank><title>Message</title>" + mailStyle + m.HTML))
}

// mailStyle is the default style of mail programs: a font and some space.
const mailStyle = "<style>body{font:15px/1.55 system-ui,sans-serif;margin:1.25rem;color:#1c1c22;background:#fff}</style>"
