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

// pendingCreation is a request that may create something. What it creates is deleted in
// the end, whether its answer came or not.
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
	// gone is whether it was deleted again.
	gone bool
	// lingers is whether it was not found when it was to be deleted, though the story had not
	// deleted it: a SCIM server that hides who is inactive still has them.
	lingers bool
	// locked is whether others without a label wait for it; see timeOnly.
	locked bool
	// namesNobody is whether the request named nobody, nor an invite of this run: without an
	// answer it let nobody in.
	namesNobody bool
}

type creationState int

const (
	stateUnsent  creationState = iota // the request was not sent
	stateUnknown                      // it was, and nobody knows what came of it
	stateNotMade                      // nothing was made
	stateMade                         // it was made
)

// expectCreation notes a request that creates something for deletion, before it is sent:
// what a faulty target makes must go as well, in whichever organization it makes it.
func (s *S) expectCreation(by *Caller, e *Exchange) []*pendingCreation {
	if e.Method != http.MethodPost {
		return nil
	}
	kind, in := s.kindAt(e.URL)
	if kind == nil {
		return nil
	}
	var creations []*pendingCreation
	inherited, organization := s.client.labelOf(in["invite"])
	stranger := in["invite"] != "" && organization == "" // no invite of this run
	if organization != "" {
		in["organization"] = organization
	}
	for _, label := range s.labelsOf(kind, e.RequestBody) {
		if inherited != "" {
			label.label = inherited
		}
		p := &pendingCreation{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}, label: label.label, sent: label.sent}
		p.namesNobody = stranger && label == foundLabel{}
		creations = append(creations, p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range creations {
		s.cleanups = append(s.cleanups, cleanup{"", p.remove, p})
	}
	e.before = func() error {
		for _, p := range creations {
			if err := p.writeIntent(); err != nil {
				return err
			}
		}
		return nil
	}
	return creations
}

// foundLabel is a label of a run in a body, and the property that carries it.
type foundLabel struct{ label, sent string }

// labelsOf finds what a body has created: one thing, or as many as there are labels
// where it names several. One whose property for the label is not sent may get any of
// the labels that are, as a user does who is known by one of several addresses.
func (s *S) labelsOf(kind *Kind, body []byte) []foundLabel {
	sent := ""
	if kind.Many == "" {
		var fields map[string]any
		isObject := json.Unmarshal(body, &fields) == nil
		sent = markIn(kind, fields)
		if label := s.labelPattern().FindString(sent); label != "" {
			return []foundLabel{{strings.ToLower(label), sent}}
		}
		if sent == "" && isObject && kind.markMayLack() {
			return []foundLabel{{}} // a label elsewhere in the body is not where the thing is looked for
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

// markMayLack reports whether a thing of a kind can be made without what it is known by. It is then
// found by when it was made.
func (k *Kind) markMayLack() bool { return k.Mark != "" && !k.Required && k.Created != "" }

// markIn is the property of a body that should carry the label.
func markIn(kind *Kind, fields map[string]any) string {
	if value := fields[kind.Mark]; value != nil {
		return strings.TrimSpace(fmt.Sprint(value))
	}
	return ""
}

// labelPattern matches the names that [S.Name] gives out in this run, in whatever case.
func (s *S) labelPattern() *regexp.Regexp {
	return regexp.MustCompile(`(?i)us-` + regexp.QuoteMeta(s.runLabel) + `-\d+`)
}

// writeIntent writes to the journal what is about to be created.
func (p *pendingCreation) writeIntent() (err error) {
	if p.state != stateUnsent {
		return nil
	}
	if p.timeOnly() {
		p.s.client.unlabelled.Lock() // until settle
		p.locked = true
		p.targetAt = p.s.client.targetTime(p.s.ctx)
		defer func() {
			if err != nil {
				p.locked = false
				p.s.client.unlabelled.Unlock()
			}
		}()
	}
	p.entry, err = p.s.client.Journal.Intent(journal.Event{
		Kind: p.Kind.Name, Collection: p.collection(),
		Label: p.label, Sent: p.s.client.Secrets.Mask(p.sent), Who: p.who, TargetAt: p.targetAt, NamesNobody: p.namesNobody,
	})
	if err == nil {
		p.state = stateUnknown
	}
	return err
}

// timeOnly reports whether only the time of its creation distinguishes it from others. Such
// creations follow one another, or one story could take another's for its own. What
// goes with its holder need not be distinguished.
func (p *pendingCreation) timeOnly() bool {
	return p.label == "" && p.Kind.Created != "" && !p.s.client.ownsHolder(&p.Creation)
}

// settle notes what came of the request, once it was answered or given up.
func (p *pendingCreation) settle(r *Response, err error) {
	if p.state == stateUnsent {
		return
	}
	if p.locked {
		defer p.s.client.unlabelled.Unlock()
	}
	p.readAnswer(r, err)
	if p.state == stateUnknown {
		p.s.client.countUnanswered(&p.Creation, p.sent, 1)
	}
}

// expectExtra notes for deletion what an answer that names several has beyond what the
// creations that its request asked for are about, as a faulty target's may.
func (s *S) expectExtra(by *Caller, e *Exchange, creations []*pendingCreation, r *Response) {
	kind, in := s.kindAt(e.URL)
	if e.Method != http.MethodPost || kind == nil || kind.Many == "" || r.Code() >= http.StatusMultipleChoices {
		return
	}
	for _, row := range r.many(kind.Many) {
		p := &pendingCreation{s: s, Creation: Creation{Kind: kind, In: in, by: by, who: by.who}}
		thing := p.fromRow(row)
		if thing.ID == "" || isKnown(s.Target(), step{kind.collection(), thing.ID}) || slices.ContainsFunc(creations, func(p *pendingCreation) bool { return p.ID == thing.ID }) {
			continue
		}
		// That the journal cannot be written is told by the next creation.
		p.entry, _ = s.client.Journal.Intent(journal.Event{Kind: kind.Name, Collection: p.collection(), Who: p.who})
		p.confirm(thing)
		s.mu.Lock()
		s.cleanups = append(s.cleanups, cleanup{"", p.remove, p})
		s.mu.Unlock()
	}
}

// readAnswer notes what an answer says was made.
func (p *pendingCreation) readAnswer(r *Response, err error) {
	switch {
	case notSent(err), err == nil && r.Code() >= http.StatusMultipleChoices && r.Code() < http.StatusInternalServerError:
		p.state = stateNotMade
		p.strikeOut()
		return
	case err != nil || r.Code() >= http.StatusInternalServerError:
		return
	}
	p.noteAccount(r)
	thing := p.fromRow(r.Get("@this"))
	for _, row := range r.many(p.Kind.Many) {
		if one := p.fromRow(row); containsLabel(one.Mark, p.label) {
			thing = one
		}
	}
	if thing.ID != "" && !isKnown(p.s.Target(), step{p.Kind.collection(), thing.ID}) {
		p.confirm(thing)
	}
}

// noteAccount notes the user who came with what was made.
func (p *pendingCreation) noteAccount(r *Response) {
	switch {
	case p.Kind.Name == scimUserKind:
		p.s.client.accounts.note(r.Text("emails.0.value"))
	case strings.HasPrefix(p.Kind.Collection, signupPrefix):
		p.s.client.accounts.note(r.Text("email"))
	}
}

// confirm notes what was made.
func (p *pendingCreation) confirm(thing *Creation) {
	p.state, p.ID, p.Mark, p.Created = stateMade, thing.ID, thing.Mark, thing.Created
	p.s.client.remember(&p.Creation, p.label)
	plain, hash := p.ID, ""
	if p.Kind.Secret {
		p.s.client.Secrets.Add(p.ID, "UNDERSTUDY_"+strings.ToUpper(p.Kind.Name))
	}
	if p.s.client.Secrets.foundIn(p.ID) {
		plain, hash = "", hashOf(p.ID)
	}
	// That the journal cannot be written is told by the next creation.
	_ = p.s.client.Journal.Made(p.entry, plain, hash, p.s.client.Secrets.Mask(p.Created))
}

func (p *pendingCreation) strikeOut() { _ = p.s.client.Journal.Gone(p.entry) }

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

func (p *pendingCreation) String() string {
	switch {
	case p.state == stateMade:
		return p.Creation.String()
	case p.label != "":
		return p.Kind.Name + " " + p.label
	}
	return p.Kind.Name + " without a label"
}

// remove deletes what was made. What nobody knows of is looked for.
func (p *pendingCreation) remove(s *S) *Response {
	if p.state == stateUnsent || p.state == stateNotMade {
		return nil
	}
	if s.client.ownsHolder(&p.Creation) || (p.state == stateUnknown && p.namesNobody) {
		p.gone = true
		p.strikeOut() // it goes with its holder, which is deleted by itself
		return nil
	}
	things := []*Creation{&p.Creation}
	if p.state == stateUnknown {
		if p.timeOnly() {
			s.client.unlabelled.Lock()
			defer s.client.unlabelled.Unlock()
		}
		var err error
		if things, err = s.find(&p.Creation, criteria{p.label, p.sent, p.targetAt, s.client.countUnanswered(&p.Creation, p.sent, 0)}); err != nil {
			s.giveUp("the request had no answer, and " + err.Error())
		}
	}
	var last *Response
	for _, thing := range things {
		if last = s.remove(thing); last != nil && !last.gone() {
			return last
		}
		p.lingers = p.Kind.Name == scimUserKind && last != nil && last.code() == http.StatusNotFound && !p.s.deleted(thing.Path())
	}
	if p.state == stateUnknown {
		s.client.countUnanswered(&p.Creation, p.sent, -1)
		p.state = stateNotMade
	}
	p.gone = true
	p.strikeOut()
	return last
}
