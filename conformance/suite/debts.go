package suite

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// debt is a request that may create something: it is deleted in the end whether
// its answer came or not. A nil debt owes nothing.
type debt struct {
	s *S
	Creation
	// label is what marks it, "" for nothing; sent the property that carries it.
	label, sent string
	// targetAt is the target's time when the request went out.
	targetAt time.Time
	// n is the number in the journal.
	n     int
	state debtState
}

type debtState int

const (
	unsent  debtState = iota // the request was not sent
	unknown                  // it was, and nobody knows what came of it
	nothing                  // nothing was made
	made                     // it was made
)

// owe notes a request that creates something for deletion, before it is sent: what
// a faulty target makes must go as well, in whichever organization it makes it.
func (s *S) owe(by *Caller, e *Exchange) *debt {
	if e.Method != http.MethodPost {
		return nil
	}
	kind, in := s.kindAt(e.URL)
	if kind == nil {
		return nil
	}
	d := &debt{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}}
	d.label, d.sent = s.labelOf(kind, e.RequestBody)
	e.before = d.intend
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleanups = append(s.cleanups, cleanup{"", d.pay, d})
	return d
}

// labelOf finds the label of a run in a body, and the property that should carry
// it.
func (s *S) labelOf(kind *Kind, body []byte) (label, sent string) {
	var fields map[string]any
	if json.Unmarshal(body, &fields) == nil {
		if value := fields[kind.Mark]; value != nil {
			sent = strings.TrimSpace(fmt.Sprint(value))
		}
	}
	label = s.label().FindString(sent)
	if label == "" {
		label = s.label().FindString(string(body))
	}
	return strings.ToLower(label), sent
}

// label matches the names that [S.Name] gives out in this run, in whatever case.
func (s *S) label() *regexp.Regexp {
	return regexp.MustCompile(`(?i)us-` + regexp.QuoteMeta(s.run) + `-\d+`)
}

// intend writes to the journal what is about to be created.
func (d *debt) intend() (err error) {
	if d.state != unsent {
		return nil
	}
	if d.label == "" && d.Kind.Created != "" {
		d.targetAt = d.s.client.targetTime(d.s.ctx)
	}
	d.n, err = d.s.client.Journal.Intent(journal.Event{
		Kind: d.Kind.Name, Collection: d.collection(),
		Label: d.label, Sent: d.s.client.Secrets.Mask(d.sent), Who: d.who, TargetAt: d.targetAt,
	})
	if err == nil {
		d.state = unknown
	}
	return err
}

// settle looks at what came of the request.
func (d *debt) settle(r *Response, err error) {
	if d == nil || d.state == unsent {
		return
	}
	switch {
	case notSent(err), err == nil && r.Code() >= http.StatusMultipleChoices && r.Code() < http.StatusInternalServerError:
		d.state = nothing
		d.strikeOut()
		return
	case err != nil || r.Code() >= http.StatusInternalServerError:
		return
	}
	if d.ID = r.Text(cmp.Or(d.Kind.ID, "id")); d.ID == "" {
		return
	}
	d.state, d.Mark, d.Created = made, r.text(d.Kind.Mark), r.text(d.Kind.Created)
	d.s.client.own(d.ID)
	plain, hash := d.ID, ""
	if d.Kind.Secret {
		d.s.client.Secrets.Add(d.ID, "UNDERSTUDY_"+strings.ToUpper(d.Kind.Name))
		plain, hash = "", hashOf(d.ID)
	}
	// That the journal cannot be written is told by the next creation.
	_ = d.s.client.Journal.Made(d.n, plain, hash, d.Created)
}

func (d *debt) strikeOut() { _ = d.s.client.Journal.Gone(d.n) }

// hashOf stands for an identifier that is a secret.
func hashOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// text is the text at a path, "" for no path.
func (r *Response) text(path string) string {
	if path == "" {
		return ""
	}
	return r.Text(path)
}

func (d *debt) String() string {
	switch {
	case d.state == made:
		return d.Creation.String()
	case d.label != "":
		return d.Kind.Name + " " + d.label
	}
	return d.Kind.Name + " without a label"
}

// pay deletes what was made. What nobody knows of is looked for.
func (d *debt) pay(s *S) *Response {
	if d.state == unsent || d.state == nothing {
		return nil
	}
	things := []*Creation{&d.Creation}
	if d.state == unknown {
		var err error
		if things, err = s.find(&d.Creation, clue{d.label, d.sent, d.targetAt, 1}); err != nil {
			s.giveUp("the request had no answer, and " + err.Error())
		}
	}
	var last *Response
	for _, thing := range things {
		if last = s.remove(thing); last != nil && !last.gone() {
			return last
		}
	}
	d.strikeOut()
	return last
}
