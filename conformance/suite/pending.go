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

// pendingCreation is a request that may create something: it is deleted in the end whether
// its answer came or not.
type pendingCreation struct {
	s *S
	Creation
	// label is what marks it, "" for nothing; sent the property that carries it.
	label, sent string
	// targetAt is the target's time when the request went out.
	targetAt time.Time
	// entry is the number in the journal.
	entry int
	state creationState
	// locked tells that it keeps others without a label waiting; see blind.
	locked bool
	// namesNobody tells that the request named namesNobody and an invite of namesNobody: without an
	// answer it let namesNobody in.
	namesNobody bool
}

type creationState int

const (
	stateUnsent  creationState = iota // the request was not sent
	stateUnknown                      // it was, and nobody knows what came of it
	stateNotMade                      // nothing was made
	stateMade                         // it was made
)

// expectCreation notes a request that creates something for deletion, before it is sent: what
// a faulty target makes must go as well, in whichever organization it makes it.
func (s *S) expectCreation(by *Caller, e *Exchange) []*pendingCreation {
	if e.Method != http.MethodPost {
		return nil
	}
	kind, in := s.kindAt(e.URL)
	if kind == nil {
		return nil
	}
	var debts []*pendingCreation
	inherited, organization := s.client.labelOf(in["invite"])
	stranger := in["invite"] != "" && organization == "" // no invite of this run
	if organization != "" {
		in["organization"] = organization
	}
	for _, label := range s.labelsOf(kind, e.RequestBody) {
		if inherited != "" {
			label.label = inherited
		}
		d := &pendingCreation{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}, label: label.label, sent: label.sent}
		d.namesNobody = stranger && label == foundLabel{}
		debts = append(debts, d)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range debts {
		s.cleanups = append(s.cleanups, cleanup{"", d.remove, d})
	}
	e.before = func() error {
		for _, d := range debts {
			if err := d.writeIntent(); err != nil {
				return err
			}
		}
		return nil
	}
	return debts
}

// foundLabel is a label of a run in a body, and the property that carries it.
type foundLabel struct{ label, sent string }

// labelsOf finds what a body has created: one thing, or as many as there are labels
// where it names several. One whose property for the label is not sent may get any of
// the labels that are, as a user does who is known by one of several addresses.
func (s *S) labelsOf(kind *Kind, body []byte) []foundLabel {
	sent := ""
	if kind.Many == "" {
		sent = markIn(kind, body)
		if label := s.labelPattern().FindString(sent); label != "" {
			return []foundLabel{{strings.ToLower(label), sent}}
		}
	}
	var found []foundLabel
	seen := map[string]bool{}
	for _, label := range s.labelPattern().FindAllString(string(body), -1) {
		if label = strings.ToLower(label); !seen[label] {
			seen[label] = true
			found = append(found, foundLabel{label, sent})
		}
	}
	if len(found) == 0 && kind.Many == "" {
		return []foundLabel{{"", sent}}
	}
	return found
}

// markIn is the property of a body that should carry the label.
func markIn(kind *Kind, body []byte) string {
	var fields map[string]any
	if json.Unmarshal(body, &fields) == nil {
		if value := fields[kind.Mark]; value != nil {
			return strings.TrimSpace(fmt.Sprint(value))
		}
	}
	return ""
}

// labelPattern matches the names that [S.Name] gives out in this run, in whatever case.
func (s *S) labelPattern() *regexp.Regexp {
	return regexp.MustCompile(`(?i)us-` + regexp.QuoteMeta(s.runLabel) + `-\d+`)
}

// writeIntent writes to the journal what is about to be created.
func (d *pendingCreation) writeIntent() (err error) {
	if d.state != stateUnsent {
		return nil
	}
	if d.timeOnly() {
		d.s.client.unlabelled.Lock() // until settle
		d.locked = true
		d.targetAt = d.s.client.targetTime(d.s.ctx)
		defer func() {
			if err != nil {
				d.locked = false
				d.s.client.unlabelled.Unlock()
			}
		}()
	}
	d.entry, err = d.s.client.Journal.Intent(journal.Event{
		Kind: d.Kind.Name, Collection: d.collection(),
		Label: d.label, Sent: d.s.client.Secrets.Mask(d.sent), Who: d.who, TargetAt: d.targetAt,
	})
	if err == nil {
		d.state = stateUnknown
	}
	return err
}

// timeOnly tells whether only the time of its creation could tell it from others. Such
// creations follow one another, or one story could take another's for its own. What
// goes with its holder need not be told from others.
func (d *pendingCreation) timeOnly() bool {
	return d.label == "" && d.Kind.Created != "" && !d.s.client.ownsHolder(&d.Creation)
}

// settle looks at what came of the request.
func (d *pendingCreation) settle(r *Response, err error) {
	if d.state == stateUnsent {
		return
	}
	if d.locked {
		defer d.s.client.unlabelled.Unlock()
	}
	d.readAnswer(r, err)
	if d.state == stateUnknown {
		d.s.client.countUnanswered(&d.Creation, d.sent, 1)
	}
}

// expectExtra notes for deletion what an answer that names several has beyond what the
// debts of its request are about, as a faulty target's may.
func (s *S) expectExtra(by *Caller, e *Exchange, debts []*pendingCreation, r *Response) {
	kind, in := s.kindAt(e.URL)
	if e.Method != http.MethodPost || kind == nil || kind.Many == "" || r.Code() >= http.StatusMultipleChoices {
		return
	}
	for _, row := range r.many(kind.Many) {
		d := &pendingCreation{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}}
		thing := d.fromRow(row)
		if thing.ID == "" || slices.ContainsFunc(debts, func(d *pendingCreation) bool { return d.ID == thing.ID }) {
			continue
		}
		// That the journal cannot be written is told by the next creation.
		d.entry, _ = s.client.Journal.Intent(journal.Event{Kind: kind.Name, Collection: d.collection(), Who: d.who})
		d.confirm(thing)
		s.mu.Lock()
		s.cleanups = append(s.cleanups, cleanup{"", d.remove, d})
		s.mu.Unlock()
	}
}

// readAnswer notes what an answer says was made.
func (d *pendingCreation) readAnswer(r *Response, err error) {
	switch {
	case notSent(err), err == nil && r.Code() >= http.StatusMultipleChoices && r.Code() < http.StatusInternalServerError:
		d.state = stateNotMade
		d.strikeOut()
		return
	case err != nil || r.Code() >= http.StatusInternalServerError:
		return
	}
	thing := d.fromRow(r.Get("@this"))
	for _, row := range r.many(d.Kind.Many) {
		if one := d.fromRow(row); containsLabel(one.Mark, d.label) {
			thing = one
		}
	}
	if thing.ID != "" {
		d.confirm(thing)
	}
}

// confirm notes what was made.
func (d *pendingCreation) confirm(thing *Creation) {
	d.state, d.ID, d.Mark, d.Created = stateMade, thing.ID, thing.Mark, thing.Created
	d.s.client.remember(&d.Creation, d.label)
	plain, hash := d.ID, ""
	if d.Kind.Secret {
		d.s.client.Secrets.Add(d.ID, "UNDERSTUDY_"+strings.ToUpper(d.Kind.Name))
	}
	if d.s.client.Secrets.contained(d.ID) {
		plain, hash = "", hashOf(d.ID)
	}
	// That the journal cannot be written is told by the next creation.
	_ = d.s.client.Journal.Made(d.entry, plain, hash, d.s.client.Secrets.Mask(d.Created))
}

func (d *pendingCreation) strikeOut() { _ = d.s.client.Journal.Gone(d.entry) }

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

func (d *pendingCreation) String() string {
	switch {
	case d.state == stateMade:
		return d.Creation.String()
	case d.label != "":
		return d.Kind.Name + " " + d.label
	}
	return d.Kind.Name + " without a label"
}

// remove deletes what was made. What nobody knows of is looked for.
func (d *pendingCreation) remove(s *S) *Response {
	if d.state == stateUnsent || d.state == stateNotMade {
		return nil
	}
	if s.client.ownsHolder(&d.Creation) || (d.state == stateUnknown && d.namesNobody) {
		d.strikeOut() // it goes with its holder, which has a debt of its own
		return nil
	}
	things := []*Creation{&d.Creation}
	if d.state == stateUnknown {
		if d.timeOnly() {
			s.client.unlabelled.Lock()
			defer s.client.unlabelled.Unlock()
		}
		var err error
		if things, err = s.find(&d.Creation, criteria{d.label, d.sent, d.targetAt, s.client.countUnanswered(&d.Creation, d.sent, 0)}); err != nil {
			s.giveUp("the request had no answer, and " + err.Error())
		}
	}
	var last *Response
	for _, thing := range things {
		if last = s.remove(thing); last != nil && !last.gone() {
			return last
		}
	}
	if d.state == stateUnknown {
		s.client.countUnanswered(&d.Creation, d.sent, -1)
		d.state = stateNotMade
	}
	d.strikeOut()
	return last
}
