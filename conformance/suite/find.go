package suite

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// criteria distinguish things that a run made, but of which it has no identifier, from
// those of others.
type criteria struct {
	// label is what the run marked it with. It is enough: nobody else uses it.
	label string
	// sent is the property that should have carried the label, when there is none.
	sent string
	// at is the target's time when the request went out; zero if it is unknown.
	at time.Time
	// most is how many such things the run may have made.
	most int
}

// How far the time of a creation may lie before and after that of the request.
const (
	clockTolerance = 2 * time.Second
	longestDelay   = requestTimeout + clockTolerance
)

// errAmbiguous is returned where nothing distinguishes a thing from those of others.
var errAmbiguous = errors.New("nothing tells it from what others made")

// find looks for what a request without an answer made. like says of which kind it
// is, and where.
func (s *S) find(like *Creation, c criteria) (found []*Creation, err error) {
	if like.Kind.Named && c.label != "" {
		thing := *like
		thing.ID, thing.Mark = c.sent, c.sent
		return []*Creation{&thing}, nil
	}
	identified := c.label != "" || (!c.at.IsZero() && like.Kind.Created != "")
	switch {
	case identified:
	case c.sent == "" && like.Kind.Required:
		return nil, nil // not even a target that takes anything makes it of nothing
	case c.sent == "":
		return nil, errAmbiguous
	}
	for _, row := range s.listRows(like) {
		thing := like.fromRow(row)
		if !identified && strings.EqualFold(thing.Mark, c.sent) {
			return nil, errAmbiguous
		}
		if c.label == "" && thing.Created == "" && thing.Mark == c.sent && !like.Kind.ListOnly {
			if thing = s.lookUp(thing); thing == nil {
				continue // the list does not tell when, and it is gone
			}
		}
		if identified && c.match(thing) && (c.label != "" || !s.client.owns(thing.ID)) {
			found = append(found, thing)
		}
	}
	if c.label == "" && len(found) > c.most {
		return nil, fmt.Errorf("%d look alike: %w", len(found), errAmbiguous)
	}
	return found, nil
}

// match reports whether a thing is what the run made.
func (c criteria) match(thing *Creation) bool {
	if c.label != "" {
		return containsLabel(thing.Mark, c.label)
	}
	created, err := time.Parse(time.RFC3339Nano, thing.Created)
	return err == nil && thing.Mark == c.sent && created.After(c.at.Add(-clockTolerance)) && created.Before(c.at.Add(longestDelay))
}

// containsLabel reports whether a text has a label in it, whole, in whatever case.
func containsLabel(text, label string) bool {
	return regexp.MustCompile(`(?i)` + regexp.QuoteMeta(label) + `(\D|$)`).MatchString(text)
}

// fromRow is the thing that a row of a list shows.
func (c *Creation) fromRow(row gjson.Result) *Creation {
	text := func(paths string) string {
		for path := range strings.SplitSeq(paths, ",") {
			if path != "" && row.Get(path).Exists() {
				return row.Get(path).String()
			}
		}
		return ""
	}
	return &Creation{
		Kind: c.Kind, In: c.In, by: c.by, who: c.who,
		ID: text(cmp.Or(c.Kind.ID, "id")), Mark: text(c.Kind.Mark), Created: text(c.Kind.Created),
	}
}

// firstPage is the address of the first page of the list that shows things of a kind.
func (c *Creation) firstPage() string {
	if address := c.list(); strings.Contains(address, "/scim/") {
		return address + "?count=100"
	}
	return c.list() + "?limit=100"
}

// reader is who reads the list that shows things of a kind: whoever deletes them,
// else the administrator. It is nil when both are refused, and so is still whoever
// asked for the thing: nothing was made for them.
func (s *S) reader(like *Creation) *Caller {
	if like.Kind.InSession && !strings.HasSuffix(like.who, sessionSuffix) {
		return nil
	}
	reader := s.caller(like)
	if like.by == nil {
		return reader
	}
	for _, candidate := range []*Caller{reader, like.by.forStory(s).With("Accept", "*/*"), s.Admin()} {
		switch candidate.Get(like.firstPage()).Code() {
		case http.StatusUnauthorized, http.StatusForbidden:
		default:
			return candidate
		}
	}
	return nil
}

// listRows are all rows of the list that shows things of a kind. A list that is not
// there has none: what it belongs to is gone.
func (s *S) listRows(like *Creation) (rows []gjson.Result) {
	caller := s.reader(like)
	if caller == nil {
		return nil
	}
	for page := range caller.pages(like.firstPage()) {
		if page.gone() && page.Code() >= http.StatusMultipleChoices {
			return nil
		}
		if page.Code() != http.StatusOK {
			s.fail(fmt.Sprintf("%s cannot be listed: status %d", like.Kind.Name, page.Code()))
		}
		rows = append(rows, page.rows()...)
	}
	return rows
}
