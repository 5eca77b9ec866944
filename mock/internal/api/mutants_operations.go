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

// Changes of an operation, which mutants are made of: of what is documented of it, of the
// stages before it, and of the code behind it. An operation or a stage that does not exist
// is a mistake in the catalogue, and panics.

// allOf is several defects at once, such as the same one under PUT and PATCH.
func allOf(defects ...defect) defect {
	return func(t *Tables) {
		for _, d := range defects {
			d(t)
		}
	}
}

// forEach is a defect of several operations.
func forEach(ids []string, of func(id string) defect) defect {
	return func(t *Tables) {
		for _, id := range ids {
			of(id)(t)
		}
	}
}

// changeOperation changes what is documented of an operation.
func changeOperation(id string, change func(*spec.Operation)) defect {
	return func(t *Tables) {
		i := slices.IndexFunc(t.Operations, func(op *spec.Operation) bool { return op.ID == id })
		if _, known := t.handlers[id]; known && !t.AimAtOperations(id) {
			return
		}
		own := *t.Operations[i] // the document is shared
		change(&own)
		t.Operations[i] = &own
	}
}

// requireScope makes an operation require another scope of keys.
func requireScope(id, required string) defect {
	return changeOperation(id, func(op *spec.Operation) { op.Scope = required })
}

// requireLevel makes an operation require another membership level.
func requireLevel(id string, required world.Level) defect {
	return changeOperation(id, func(op *spec.Operation) { op.Level = int(required) })
}

// ofOperations is a defect that is seen by calls of some operations alone.
func ofOperations(ids []string, d defect) defect {
	return func(t *Tables) {
		if t.AimAtOperations(ids...) {
			d(t)
		}
	}
}

// ofDomainProperty is a defect that is seen by a property of domains alone.
func ofDomainProperty(name string, d defect) defect {
	return func(t *Tables) {
		if t.AimAtProperty("OrganizationDomain", name) {
			d(t)
		}
	}
}

// wrapStage changes the check of a stage, in every order of stages that has it.
func wrapStage(name string, change func(next func(*call) error) func(*call) error) defect {
	return func(t *Tables) {
		found, since := false, spec.ChangeID("")
		for _, stages := range [][]stage{t.stages.first, t.stages.root, t.stages.nested, t.stages.scopeLast, t.stages.project} {
			for i := range stages {
				if stages[i].name == name {
					stages[i].check, found, since = change(stages[i].check), true, stages[i].since
				}
			}
		}
		if !found {
			panic(fmt.Sprintf("mutant: there is no stage %q", name))
		}
		t.Aim(since == "" || t.Document.Revision.Has(since))
	}
}

// aroundStage does something in place of the check of a stage, which next is.
func aroundStage(name string, do func(c *call, next func(*call) error) error) defect {
	return wrapStage(name, func(next func(*call) error) func(*call) error {
		return func(c *call) error { return do(c, next) }
	})
}

// skipStage leaves a stage out for the calls that are chosen.
func skipStage(name string, chosen func(*call) bool) defect {
	return aroundStage(name, func(c *call, next func(*call) error) error {
		if chosen(c) {
			return nil
		}
		return next(c)
	})
}

// skipStageOf leaves a stage out for the calls of some operations.
func skipStageOf(name string, ids ...string) defect {
	return ofOperations(ids, skipStage(name, isOperation(ids...)))
}

// isOperation returns a function that reports whether a call is for one of the operations.
func isOperation(ids ...string) func(*call) bool {
	return func(c *call) bool { return c.op != nil && slices.Contains(ids, c.op.ID) }
}

// changeHandler changes the code behind an operation.
func changeHandler(id string, change func(*handler)) defect {
	return func(t *Tables) {
		h, ok := t.handlers[id]
		if !ok {
			panic(fmt.Sprintf("mutant: there is no operation %q", id))
		}
		t.AimAtOperations(id)
		change(&h)
		t.handlers[id] = h
	}
}

// around does something in place of an operation, which next is.
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

// aroundAsk does something in place of what an operation does before its transaction.
func aroundAsk(id string, do func(c *call, ask func(*call) (action, error)) (action, error)) defect {
	return changeHandler(id, func(h *handler) {
		ask := h.ask
		if next := h.do; next != nil {
			ask = func(*call) (action, error) { return next, nil } //nolint:unparam // the type of handler.ask
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

// afterWithPrevious is after, with the world as it was before the operation.
func afterWithPrevious(id string, do func(c *call, previous *world.World)) defect {
	return around(id, func(c *call, next action) (int, error) {
		previous := c.tx.World
		status, err := next(c)
		if err == nil {
			do(c, &previous)
		}
		return status, err
	})
}

// discardChanges makes an operation answer as usual and store nothing.
func discardChanges(id string) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) { c.tx.World = *previous })
}

// ignoreRefusal makes an operation succeed with a status where it refuses with a code.
func ignoreRefusal(id, code string, status int) defect {
	return around(id, func(c *call, next action) (int, error) {
		got, err := next(c)
		if hasCode(err, code) {
			c.out.Reset()
			return status, nil
		}
		return got, err
	})
}

// changeRefusal changes the refusals of an operation that have a code.
func changeRefusal(id, code string, change func(*rest.Error)) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if refusal, ok := errors.AsType[*rest.Error](err); ok && refusal.Code == code {
			own := *refusal
			change(&own)
			err = &own
		}
		return status, err
	})
}

// hasCode reports whether an error is a refusal with a code.
func hasCode(err error, code string) bool {
	refusal, ok := errors.AsType[*rest.Error](err)
	return ok && refusal.Code == code
}

// commitRefused commits what a refused operation has changed, and what do changes, and
// answers with the refusal.
func commitRefused(id string, do func(*call)) defect {
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

// staleRead makes an operation read the world as it was before the transaction, which
// begins only when a second call of the operation has read the same.
func staleRead(id string) defect {
	var others rendezvous
	return aroundAsk(id, func(c *call, ask func(*call) (action, error)) (action, error) {
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

// rendezvousTimeout is how long a call waits for a second one.
const rendezvousTimeout = 250 * time.Millisecond

// rendezvous is where calls wait for each other in pairs.
type rendezvous struct {
	mu      sync.Mutex
	arrived chan struct{} // closed by the second to come; nil while nobody waits
}

// wait returns once another call has come, or after rendezvousTimeout.
func (r *rendezvous) wait() {
	r.mu.Lock()
	if r.arrived != nil {
		close(r.arrived)
		r.arrived = nil
		r.mu.Unlock()
		return
	}
	arrived := make(chan struct{})
	r.arrived = arrived
	r.mu.Unlock()
	select {
	case <-arrived:
	case <-time.After(rendezvousTimeout):
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.arrived == arrived {
			r.arrived = nil
		}
	}
}

// changeQuery changes the query of a request before the operation reads it.
func changeQuery(id string, change func(url.Values)) defect {
	return before(id, func(c *call) {
		values := c.request.URL.Query()
		change(values)
		c.query = rest.ParseQuery(values.Encode())
	})
}

// treatAsMethod makes a request be treated as one by another method, such as PUT as PATCH.
func treatAsMethod(id, method string) defect {
	return before(id, func(c *call) {
		own, request := *c.op.Operation, *c.request
		own.Method, request.Method = method, method
		c.op, c.request = &operation{&own, c.op.handler}, &request
	})
}

// admitStrangers takes callers who are no members for owners.
func admitStrangers(ids ...string) defect {
	return ofOperations(ids, aroundStage("membership", func(c *call, next func(*call) error) error {
		err := next(c)
		if err != nil && isOperation(ids...)(c) {
			c.membership, err = &world.Membership{User: c.User.ID, Organization: c.organization.ID, Level: world.Owner}, nil
		}
		return err
	}))
}

// grantFeature takes the organization for one whose plan has a feature.
func grantFeature(id, feature string) defect {
	return before(id, func(c *call) {
		richer := *c.organization
		richer.Features = append(slices.Clone(richer.Features), feature)
		c.organization = &richer
	})
}

// allowKeys lets keys with a scope call an operation that is for sessions only.
func allowKeys(id, scope string) defect {
	return changeOperation(id, func(op *spec.Operation) { op.SessionOnly, op.Scope = false, scope })
}

// skipRecentLogin makes operations require no recent login.
func skipRecentLogin(ids ...string) defect { return skipStageOf("recent login", ids...) }

// bodyText is a text in the body of the request, "" if there is none.
func (c *call) bodyText(name string) string {
	in, err := c.parse()
	if err != nil {
		return ""
	}
	text, _ := in.Text(name)
	return text
}

// bodyHas reports whether a property is in the body of the request.
func (c *call) bodyHas(name string) bool {
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

// bodyValue is a property in the body of the request.
func (c *call) bodyValue(name string) any {
	if !c.bodyHas(name) {
		return nil
	}
	value, _ := c.input.Value().(*pyjson.Object).Get(name)
	return value
}

// moveStageLast makes a stage the last one, on paths within an organization.
func moveStageLast(name string) defect {
	return func(t *Tables) {
		i := slices.IndexFunc(t.stages.nested, func(s stage) bool { return s.name == name })
		moved := t.stages.nested[i]
		t.stages.nested = append(slices.Delete(t.stages.nested, i, i+1), moved)
	}
}

// textSet is a set of texts that several calls share.
type textSet struct{ texts sync.Map }

// add puts a text into the set.
func (t *textSet) add(text string) { t.texts.Store(text, true) }

// has reports whether a text is in the set.
func (t *textSet) has(text string) bool { _, ok := t.texts.Load(text); return ok }

// changeWindow makes a list return another page than was asked for. The links stay.
func changeWindow(id string, change func(limit, offset int) (int, int)) defect {
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

// oneRowMore makes a list return one row more than was asked for.
func oneRowMore(id string) defect {
	return changeWindow(id, func(limit, offset int) (int, int) { return limit + 1, offset })
}

// oneRowEarlier begins every page but the first a row too early.
func oneRowEarlier(id string) defect {
	return changeWindow(id, func(limit, offset int) (int, int) { return limit, max(0, offset-1) })
}

// refuseBadLimit refuses a limit that is no positive number.
func refuseBadLimit(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if text, ok := c.query.Get("limit"); ok {
			if n, err := strconv.Atoi(text); err != nil || n < 1 {
				return 0, rest.InvalidInput("Invalid limit.").On("limit")
			}
		}
		return next(c)
	})
}

// refuseOffsetPastEnd refuses an offset past the end.
func refuseOffsetPastEnd(id string) defect {
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
