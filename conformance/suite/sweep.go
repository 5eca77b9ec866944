package suite

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// Swept is what became of one entry of a journal.
type Swept struct {
	Entry *journal.Entry
	// Removed are the things that were deleted or changed back, or that a dry run
	// would.
	Removed []string
	// Kept says what stays because it is not what the run made; "" is nothing.
	Kept string
	// Failed says why something is left; "" is that nothing is.
	Failed string
}

// Sweep removes what entries of a journal name: things with the identifier and the
// time of creation that the journal has, and of what has no identifier those that
// carry the label of the run. Where something else is in the place, it stays. A dry
// run only looks. What was swept is not struck out in the journal; each does that.
func Sweep(ctx context.Context, client *Client, entries []*journal.Entry, dry bool, each func(Swept)) {
	sw := &sweeper{client: client, dry: dry, unanswered: map[string]int{}}
	for _, entry := range entries {
		if kind := kindNamed(entry.Kind); kind != nil && entry.ID != "" {
			client.remember(&Creation{Kind: kind, ID: entry.ID}, entry.Label)
		}
		if !entry.Answered {
			sw.unanswered[entry.Kind+entry.Collection+entry.Label+entry.Sent]++
		}
	}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return
		}
		each(sw.sweep(ctx, entry))
	}
}

// sweeper sweeps the entries of a journal.
type sweeper struct {
	client *Client
	dry    bool
	// unanswered counts the entries without an answer that look the same.
	unanswered map[string]int
}

func (sw *sweeper) sweep(ctx context.Context, entry *journal.Entry) Swept {
	swept := Swept{Entry: entry}
	s := &S{client: sw.client, contract: sw.client.Contract, ctx: ctx, runLabel: entry.Run, unchecked: true}
	end := s.runStory(func(s *S) {
		switch {
		case entry.Event.Event == journal.Change:
			sw.restore(s, &swept)
		case entry.Kind == txtRecord:
			sw.remove(s, &swept, entry.Kind+" "+entry.Collection, func() *Response { return s.removeTXT(entry.Collection, entry.Sent) })
		default:
			sw.removeCreation(s, &swept)
		}
	})
	left := s.cleanUp() // the keys that it took to reach something
	swept.Failed = cmp.Or(end.reason(), strings.Join(left, "; "))
	return swept
}

// removeCreation removes what a request made.
func (sw *sweeper) removeCreation(s *S, swept *Swept) {
	entry := swept.Entry
	kind, in := s.kindOf(entry.Collection)
	if kind == nil || kind.Name != entry.Kind {
		s.giveUp(fmt.Sprintf("this version does not know how to delete a %s at %s", entry.Kind, entry.Collection))
	}
	like := &Creation{Kind: kind, In: in, ID: entry.ID, who: entry.Who}
	switch {
	case s.client.ownsHolder(like):
		return // it goes with its holder
	case !entry.Answered && entry.NamesNobody:
		return // nobody was let in
	case !entry.Answered && kind.Required && entry.Label == "" && entry.Sent == "":
		return // nothing is made of nothing
	}
	if kind.By == nil || kind.By(s, like) != nil {
		for _, thing := range sw.find(s, swept, like) {
			sw.remove(s, swept, thing.Kind.Name+" "+thing.publicName(), func() *Response { return s.remove(thing) })
		}
	} else if kind.Leaves == "" {
		s.giveUp("the profile has no credential that could reach it")
	}
	if kind.Leaves == "" || entry.Label == "" {
		return
	}
	left := &Creation{Kind: kindNamed(kind.Leaves), In: in, who: entry.Who}
	for _, row := range s.listRows(left) {
		if thing := left.fromRow(row); containsLabel(thing.Mark, entry.Label) {
			sw.remove(s, swept, thing.Kind.Name+" "+thing.publicName(), func() *Response { return s.remove(thing) })
		}
	}
}

// find are what an entry stands for, as far as it is there.
func (sw *sweeper) find(s *S, swept *Swept, like *Creation) []*Creation {
	entry := swept.Entry
	if entry.Answered && entry.ID != "" && !like.Kind.Named {
		thing := s.lookUp(like)
		switch {
		case thing == nil:
			return nil
		case !s.isSame(entry, thing):
			swept.Kept = thing.Kind.Name + " " + thing.publicName() + " was created at another time, so it is somebody else's"
			return nil
		}
		return []*Creation{thing}
	}
	if entry.IDHash != "" {
		return sw.findHashed(s, like, entry)
	}
	unanswered := sw.unanswered[entry.Kind+entry.Collection+entry.Label+entry.Sent]
	found, err := s.find(like, criteria{entry.Label, entry.Sent, entry.TargetAt, unanswered})
	if err != nil {
		s.giveUp(err.Error())
	}
	return found
}

// findHashed are the things whose identifier a journal has as a hash.
func (sw *sweeper) findHashed(s *S, like *Creation, entry *journal.Entry) (found []*Creation) {
	for _, row := range s.listRows(like) {
		if thing := like.fromRow(row); hashOf(thing.ID) == entry.IDHash {
			found = append(found, thing)
		}
	}
	return found
}

// lookUp reads a thing; nil when it is not there.
func (s *S) lookUp(like *Creation) *Creation {
	if like.Kind.ListOnly || strings.HasPrefix(like.Kind.Item, ControlPath) {
		for _, row := range s.listRows(like) {
			if thing := like.fromRow(row); thing.ID == like.ID {
				return thing
			}
		}
		return nil
	}
	shown := s.caller(like).Get(like.Path())
	switch {
	case shown.Code() == http.StatusNotFound:
		return nil
	case shown.Code() != http.StatusOK:
		s.fail(strings.TrimSpace(fmt.Sprintf("status %d %s", shown.Code(), shown.Text("detail"))))
	}
	return like.fromRow(shown.Get("@this"))
}

// isSame reports whether a thing is the one that an entry names: by the time of its
// creation, or where answers tell none by a label of the run. It may be another than
// it was made with: stories rename things.
func (s *S) isSame(entry *journal.Entry, thing *Creation) bool {
	if entry.Created == "" || thing.Created == "" {
		return s.labelPattern().MatchString(thing.Mark)
	}
	was, err := time.Parse(time.RFC3339Nano, entry.Created)
	is, wrong := time.Parse(time.RFC3339Nano, thing.Created)
	return err == nil && wrong == nil && was.Equal(is)
}

// publicName names a thing without what is secret.
func (c *Creation) publicName() string {
	if c.Kind.Secret {
		return c.Mark
	}
	return c.ID
}

// remove deletes one thing, unless it is a dry run.
func (sw *sweeper) remove(s *S, swept *Swept, what string, do func() *Response) {
	if !sw.dry {
		if answer := do(); answer != nil && !answer.gone() {
			s.fail(fmt.Sprintf("%s: status %d", what, answer.code()))
		}
	}
	swept.Removed = append(swept.Removed, what)
}

// restore restores what a run changed and did not create.
func (sw *sweeper) restore(s *S, swept *Swept) {
	entry := swept.Entry
	back, theirs := s.restore(s.callerNamed(entry.Who), entry.Event, sw.dry)
	if theirs {
		swept.Kept = entry.Path + " has been changed by somebody else since"
	}
	if back == nil {
		return
	}
	if back.code() >= http.StatusMultipleChoices {
		s.fail(fmt.Sprintf("change of %s: status %d", entry.Path, back.code()))
	}
	swept.Removed = append(swept.Removed, "change of "+entry.Path)
}
