package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Of what mutants are made: changes to what is documented of an operation, to the
// way in, and to the code behind an operation. An operation, a step or a field that
// is not there is a mistake in the catalogue, and ends the program.

// both is several defects at once, as one slip makes them: the same under PUT and
// PATCH, say.
func both(defects ...defect) defect {
	return func(t *Tables) {
		for _, d := range defects {
			d(t)
		}
	}
}

// each is a defect of several operations.
func each(ids []string, of func(id string) defect) defect {
	return func(t *Tables) {
		for _, id := range ids {
			of(id)(t)
		}
	}
}

// documented changes what is documented of an operation.
func documented(id string, change func(*spec.Operation)) defect {
	return func(t *Tables) {
		i := slices.IndexFunc(t.Operations, func(op *spec.Operation) bool { return op.ID == id })
		own := *t.Operations[i] // the document is shared
		change(&own)
		t.Operations[i] = &own
	}
}

// scope makes an operation ask keys for another scope.
func scope(id, required string) defect {
	return documented(id, func(op *spec.Operation) { op.Scope = required })
}

// level makes an operation ask for another level.
func level(id string, required world.Level) defect {
	return documented(id, func(op *spec.Operation) { op.Level = int(required) })
}

// replaceStep changes one check on the way in, wherever it stands.
func replaceStep(name string, change func(next func(*call) error) func(*call) error) defect {
	return func(t *Tables) {
		found := false
		for _, stages := range [][]stage{t.stages.first, t.stages.any, t.stages.nested, t.stages.project} {
			for i := range stages {
				if stages[i].name == name {
					stages[i].check, found = change(stages[i].check), true
				}
			}
		}
		if !found {
			panic(fmt.Sprintf("mutant: there is no step %q", name))
		}
	}
}

// aroundStep does something in place of one check on the way in.
func aroundStep(name string, do func(c *call, next func(*call) error) error) defect {
	return replaceStep(name, func(next func(*call) error) func(*call) error {
		return func(c *call) error { return do(c, next) }
	})
}

// skipStep leaves a check out for the calls that are chosen.
func skipStep(name string, chosen func(*call) bool) defect {
	return aroundStep(name, func(c *call, next func(*call) error) error {
		if chosen(c) {
			return nil
		}
		return next(c)
	})
}

// on chooses the calls for operations.
func on(ids ...string) func(*call) bool {
	return func(c *call) bool { return c.op != nil && slices.Contains(ids, c.op.ID) }
}

// changeHandler changes the code behind an operation.
func changeHandler(id string, change func(*handler)) defect {
	return func(t *Tables) {
		h, ok := t.handlers[id]
		if !ok {
			panic(fmt.Sprintf("mutant: there is no operation %q", id))
		}
		change(&h)
		t.handlers[id] = h
	}
}

// around does something in place of an operation.
func around(id string, do func(c *call, next action) (int, error)) defect {
	return changeHandler(id, func(h *handler) {
		if next := h.do; next != nil {
			h.do = func(c *call) (int, error) { return do(c, next) }
			return
		}
		ask := h.ask
		h.ask = func(c *call) (action, error) {
			next, err := ask(c)
			if err != nil {
				return nil, err
			}
			return func(c *call) (int, error) { return do(c, next) }, nil
		}
	})
}

// outside does something in place of what an operation does before its transaction.
func outside(id string, do func(c *call, ask func(*call) (action, error)) (action, error)) defect {
	return changeHandler(id, func(h *handler) {
		ask := h.ask
		if next := h.do; next != nil {
			ask = func(*call) (action, error) { return next, nil }
		}
		h.do, h.ask = nil, func(c *call) (action, error) { return do(c, ask) }
	})
}

// before does something first.
func before(id string, do func(*call)) defect {
	return around(id, func(c *call, next action) (int, error) {
		do(c)
		return next(c)
	})
}

// after does something more once an operation has succeeded, in its transaction. The
// answer is written already.
func after(id string, do func(*call)) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if err == nil {
			do(c)
		}
		return status, err
	})
}

// afterwards is after for what needs to know how the world was before.
func afterwards(id string, do func(c *call, was *world.World)) defect {
	return around(id, func(c *call, next action) (int, error) {
		was := c.tx.World
		status, err := next(c)
		if err == nil {
			do(c, &was)
		}
		return status, err
	})
}

// pretend makes an operation answer as ever and store nothing.
func pretend(id string) defect {
	return afterwards(id, func(c *call, was *world.World) { c.tx.World = *was })
}

// tolerate makes an operation succeed with a status where it refuses with a code.
func tolerate(id, code string, status int) defect {
	return around(id, func(c *call, next action) (int, error) {
		got, err := next(c)
		if refused(err, code) {
			c.out.Reset()
			return status, nil
		}
		return got, err
	})
}

// reword changes the refusals of an operation that have a code.
func reword(id, code string, change func(*rest.Error)) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if refused(err, code) {
			own := *err.(*rest.Error)
			change(&own)
			err = &own
		}
		return status, err
	})
}

func refused(err error, code string) bool {
	var refusal *rest.Error
	return errors.As(err, &refusal) && refusal.Code == code
}

// half keeps what an operation that is refused has done, or do does, although the
// answer is the refusal.
func half(id string, do func(*call)) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if err == nil {
			return status, nil
		}
		c.out.Reset()
		status = c.refuse(err)
		do(c)
		return status, nil
	})
}

// raced makes an operation decide by what it saw before it waited for others, and
// wait for another call of the same operation to have seen the same.
func raced(id string) defect {
	var others meeting
	return outside(id, func(c *call, ask func(*call) (action, error)) (action, error) {
		seen := c.view
		others.wait()
		next, err := ask(c)
		if err != nil {
			return nil, err
		}
		return func(c *call) (int, error) {
			c.view = seen
			return next(c)
		}, nil
	})
}

// meetingTime is how long a call that races waits for another one.
const meetingTime = 250 * time.Millisecond

// meeting is where calls wait for each other, two and two.
type meeting struct {
	mu   sync.Mutex
	here chan struct{} // closed by the second to come; nil while nobody waits
}

func (m *meeting) wait() {
	m.mu.Lock()
	if m.here != nil {
		close(m.here)
		m.here = nil
		m.mu.Unlock()
		return
	}
	here := make(chan struct{})
	m.here = here
	m.mu.Unlock()
	select {
	case <-here:
	case <-time.After(meetingTime):
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.here == here {
			m.here = nil
		}
	}
}

// asked changes the query of a request before the operation reads it.
func asked(id string, change func(url.Values)) defect {
	return before(id, func(c *call) {
		values := c.request.URL.Query()
		change(values)
		c.query = rest.ParseQuery(values.Encode())
	})
}

// takenFor makes a request be treated as one by another method: PUT as PATCH.
func takenFor(id, method string) defect {
	return before(id, func(c *call) {
		own, request := *c.op.Operation, *c.request
		own.Method, request.Method = method, method
		c.op, c.request = &operation{&own, c.op.handler}, &request
	})
}

// letIn makes strangers pass for owners.
func letIn(ids ...string) defect {
	return aroundStep("membership", func(c *call, next func(*call) error) error {
		err := next(c)
		if err != nil && on(ids...)(c) {
			c.membership, err = &world.Membership{User: c.User.ID, Organization: c.organization.ID, Level: world.Owner}, nil
		}
		return err
	})
}

// plan makes an organization pass for one with a feature.
func plan(id, feature string) defect {
	return before(id, func(c *call) {
		richer := *c.organization
		richer.Features = append(slices.Clone(richer.Features), feature)
		c.organization = &richer
	})
}

// keys opens an operation that is for sessions to keys with a scope.
func keys(id, scope string) defect {
	return documented(id, func(op *spec.Operation) { op.SessionOnly, op.Scope = false, scope })
}

// stale leaves the recent login out.
func stale(ids ...string) defect { return skipStep("recent login", on(ids...)) }

// sent is a text in the body of the request, "" if there is none.
func (c *call) sent(name string) string {
	in, err := c.parse()
	if err != nil {
		return ""
	}
	text, _ := in.Text(name)
	return text
}

// sends tells whether a property is in the body of the request.
func (c *call) sends(name string) bool {
	in, err := c.parse()
	if err != nil {
		return false
	}
	object, ok := in.Value().(*pyjson.Object)
	if !ok {
		return false
	}
	_, ok = object.Get(name)
	return ok
}

// value is a property in the body of the request.
func (c *call) value(name string) any {
	if !c.sends(name) {
		return nil
	}
	value, _ := c.input.Value().(*pyjson.Object).Get(name)
	return value
}

// admits makes a field take values that its rule refuses with a code, as they are.
func admits(schema, name, code string, which func(c *call, text string) bool) defect {
	return check(schema, name, func(c *call, value any, next checker) (any, error) {
		checked, err := next(c, value)
		if text, ok := value.(string); ok && refused(err, code) && which(c, text) {
			return value, nil
		}
		return checked, err
	})
}

// lastStep makes a check of the way in the last one, on paths within an organization.
func lastStep(name string) defect {
	return func(t *Tables) {
		i := slices.IndexFunc(t.stages.nested, func(s stage) bool { return s.name == name })
		moved := t.stages.nested[i]
		t.stages.nested = append(slices.Delete(t.stages.nested, i, i+1), moved)
	}
}

// taken remembers texts, as what should have been forgotten is.
type taken struct{ texts sync.Map }

func (t *taken) add(text string)      { t.texts.Store(text, true) }
func (t *taken) has(text string) bool { _, ok := t.texts.Load(text); return ok }

// lastVersion keeps rows as they were, by their ids.
type lastVersion = sync.Map

// rowsAsked makes a list cut out another page than was asked for. The links stay.
func rowsAsked(id string, change func(limit, offset int) (int, int)) defect {
	return around(id, func(c *call, next action) (int, error) {
		asked, window := c.query, c.query.Window()
		limit, offset := change(window.Limit, window.Offset)
		if limit == window.Limit && offset == window.Offset {
			return next(c)
		}
		var usual rest.Writer
		c.out, usual = usual, c.out
		if _, err := next(c); err != nil {
			return 0, err
		}
		var page struct{ Count, Next, Previous json.RawMessage }
		_ = json.Unmarshal(c.out.Bytes(), &page) // it was written just now
		c.query = rest.ParseQuery("limit=" + strconv.Itoa(limit) + "&offset=" + strconv.Itoa(offset))
		c.out = usual
		if _, err := next(c); err != nil {
			return 0, err
		}
		c.query = asked
		var other struct{ Results json.RawMessage }
		_ = json.Unmarshal(c.out.Bytes(), &other)
		results := bytes.Clone(other.Results)
		c.out.Reset()
		c.out.Object()
		c.out.Key("count").Raw(page.Count)
		c.out.Key("next").Raw(page.Next)
		c.out.Key("previous").Raw(page.Previous)
		c.out.Key("results").Raw(results)
		c.out.End()
		return 200, nil
	})
}

// askedMore gives one row more than was asked for.
func askedMore(id string) defect {
	return rowsAsked(id, func(limit, offset int) (int, int) { return limit + 1, offset })
}

// askedEarlier begins every page but the first a row too early.
func askedEarlier(id string) defect {
	return rowsAsked(id, func(limit, offset int) (int, int) { return limit, max(0, offset-1) })
}

// refuseLimit refuses a limit that is no positive number.
func refuseLimit(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if text, ok := c.query.Get("limit"); ok {
			if n, err := strconv.Atoi(text); err != nil || n < 1 {
				return 0, rest.InvalidInput("Invalid limit.").On("limit")
			}
		}
		return next(c)
	})
}

// refuseBeyond refuses an offset past the end.
func refuseBeyond(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if c.query.Window().Offset >= 1000 {
			return 0, rest.NotFound("Invalid page.")
		}
		return next(c)
	})
}

// firstText is the first text under a key of a JSON object, as it was sent.
func firstText(data []byte, key string) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		if token == key {
			text, err := decoder.Token()
			first, ok := text.(string)
			return first, ok && err == nil
		}
	}
}
