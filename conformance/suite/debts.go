package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// debt is a request that may create something: it is deleted in the end whether
// its answer came or not.
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
	// alone tells that it keeps others without a label waiting; see blind.
	alone bool
	// nobody tells that the request named nobody and an invite of nobody: without an
	// answer it let nobody in.
	nobody bool
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
func (s *S) owe(by *Caller, e *Exchange) []*debt {
	if e.Method != http.MethodPost {
		return nil
	}
	kind, in := s.kindAt(e.URL)
	if kind == nil {
		return nil
	}
	var debts []*debt
	inherited, organization := s.client.origin(in["invite"])
	stranger := in["invite"] != "" && organization == "" // no invite of this run
	if organization != "" {
		in["organization"] = organization
	}
	for _, label := range s.labelsOf(kind, e.RequestBody) {
		if inherited != "" {
			label.label = inherited
		}
		d := &debt{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}, label: label.label, sent: label.sent}
		d.nobody = stranger && label == marked{}
		debts = append(debts, d)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range debts {
		s.cleanups = append(s.cleanups, cleanup{"", d.pay, d})
	}
	e.before = func() error {
		for _, d := range debts {
			if err := d.intend(); err != nil {
				return err
			}
		}
		return nil
	}
	return debts
}

// marked is a label of a run in a body, and the property that carries it.
type marked struct{ label, sent string }

// labelsOf finds what a body has created: one thing, or as many as there are labels
// where it names several. One whose property for the label is not sent may get any of
// the labels that are, as a user does who is known by one of several addresses.
func (s *S) labelsOf(kind *Kind, body []byte) []marked {
	sent := ""
	if kind.Many == "" {
		sent = sentMark(kind, body)
		if label := s.label().FindString(sent); label != "" {
			return []marked{{strings.ToLower(label), sent}}
		}
	}
	var found []marked
	seen := map[string]bool{}
	for _, label := range s.label().FindAllString(string(body), -1) {
		if label = strings.ToLower(label); !seen[label] {
			seen[label] = true
			found = append(found, marked{label, sent})
		}
	}
	if len(found) == 0 && kind.Many == "" {
		return []marked{{"", sent}}
	}
	return found
}

// sentMark is the property of a body that should carry the label.
func sentMark(kind *Kind, body []byte) string {
	var fields map[string]any
	if json.Unmarshal(body, &fields) == nil {
		if value := fields[kind.Mark]; value != nil {
			return strings.TrimSpace(fmt.Sprint(value))
		}
	}
	return ""
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
	if d.blind() {
		d.s.client.blind.Lock() // until settle
		d.alone = true
		d.targetAt = d.s.client.targetTime(d.s.ctx)
		defer func() {
			if err != nil {
				d.alone = false
				d.s.client.blind.Unlock()
			}
		}()
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

// blind tells whether only the time of its creation could tell it from others. Such
// creations follow one another, or one story could take another's for its own. What
// goes with its holder need not be told from others.
func (d *debt) blind() bool {
	return d.label == "" && d.Kind.Created != "" && !d.s.client.ownsHolder(&d.Creation)
}

// settle looks at what came of the request.
func (d *debt) settle(r *Response, err error) {
	if d.state == unsent {
		return
	}
	if d.alone {
		defer d.s.client.blind.Unlock()
	}
	d.see(r, err)
	if d.state == unknown {
		d.s.client.lost(&d.Creation, d.sent, 1)
	}
}

// oweRest notes for deletion what an answer that names several has beyond what the
// debts of its request are about, as a faulty target's may.
func (s *S) oweRest(by *Caller, e *Exchange, debts []*debt, r *Response) {
	kind, in := s.kindAt(e.URL)
	if e.Method != http.MethodPost || kind == nil || kind.Many == "" || r.Code() >= http.StatusMultipleChoices {
		return
	}
	for _, row := range r.many(kind.Many) {
		d := &debt{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}}
		thing := d.at(row)
		if thing.ID == "" || slices.ContainsFunc(debts, func(d *debt) bool { return d.ID == thing.ID }) {
			continue
		}
		// That the journal cannot be written is told by the next creation.
		d.n, _ = s.client.Journal.Intent(journal.Event{Kind: kind.Name, Collection: d.collection(), Who: d.who})
		d.take(thing)
		s.mu.Lock()
		s.cleanups = append(s.cleanups, cleanup{"", d.pay, d})
		s.mu.Unlock()
	}
}

// see notes what an answer says was made.
func (d *debt) see(r *Response, err error) {
	switch {
	case notSent(err), err == nil && r.Code() >= http.StatusMultipleChoices && r.Code() < http.StatusInternalServerError:
		d.state = nothing
		d.strikeOut()
		return
	case err != nil || r.Code() >= http.StatusInternalServerError:
		return
	}
	thing := d.at(r.Get("@this"))
	for _, row := range r.many(d.Kind.Many) {
		if one := d.at(row); carries(one.Mark, d.label) {
			thing = one
		}
	}
	if thing.ID != "" {
		d.take(thing)
	}
}

// take notes what was made.
func (d *debt) take(thing *Creation) {
	d.state, d.ID, d.Mark, d.Created = made, thing.ID, thing.Mark, thing.Created
	d.s.client.own(&d.Creation, d.label)
	plain, hash := d.ID, ""
	if d.Kind.Secret {
		d.s.client.Secrets.Add(d.ID, "UNDERSTUDY_"+strings.ToUpper(d.Kind.Name))
	}
	if d.s.client.Secrets.in(d.ID) {
		plain, hash = "", hashOf(d.ID)
	}
	// That the journal cannot be written is told by the next creation.
	_ = d.s.client.Journal.Made(d.n, plain, hash, d.s.client.Secrets.Mask(d.Created))
}

func (d *debt) strikeOut() { _ = d.s.client.Journal.Gone(d.n) }

// hashOf stands for an identifier that is a secret.
func hashOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:])
}

// many are the things at a path, none for no path.
func (r *Response) many(path string) []gjson.Result {
	if path == "" {
		return nil
	}
	return r.Get(path).Array()
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
	if s.client.ownsHolder(&d.Creation) || (d.state == unknown && d.nobody) {
		d.strikeOut() // it goes with its holder, which has a debt of its own
		return nil
	}
	things := []*Creation{&d.Creation}
	if d.state == unknown {
		if d.blind() {
			s.client.blind.Lock()
			defer s.client.blind.Unlock()
		}
		var err error
		if things, err = s.find(&d.Creation, clue{d.label, d.sent, d.targetAt, s.client.lost(&d.Creation, d.sent, 0)}); err != nil {
			s.giveUp("the request had no answer, and " + err.Error())
		}
	}
	var last *Response
	for _, thing := range things {
		if last = s.remove(thing); last != nil && !last.gone() {
			return last
		}
	}
	if d.state == unknown {
		s.client.lost(&d.Creation, d.sent, -1)
		d.state = nothing
	}
	d.strikeOut()
	return last
}
