package mock

import (
	"context"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/spec"
)

// Migration is what a move to another revision of the API costs the requests of a sandbox.
type Migration struct {
	// Revision is that of the sandbox, Against the one to move to.
	Revision, Against string
	// Requests is how many requests were compared, Breaking how many of them break.
	Requests, Breaking int
	// Violations are the ways in which they break, those that are refused first.
	Violations []Break
	// Answers are what is different in the answers of operations that were called with
	// success. The journal does not know what a client read of them.
	Answers []AnswerChange
	// NotChecked are requests, or parts of them, of which nothing can be said.
	NotChecked []NotChecked
	// Notes are sentences about all of it. Dropped is how many rows found no room.
	Notes   []string
	Dropped int
}

// Break is one way in which requests break in another revision.
type Break struct {
	Violation
	// Effect is what becomes of the request there.
	Effect BreakEffect
	// Refused is how many of the requests were refused in their own revision, too.
	Refused int
}

// BreakEffect is what another revision does with a request: "refused"; "ignored", when it is answered
// as if what the violation is about had not been sent; "taken", when it works without a promise.
type BreakEffect = guard.Effect

// AnswerChange is what is different in the answers of an operation.
type AnswerChange struct {
	Operation string
	// Gone are the fields that answers no longer have, Statuses the refusals that are new.
	Gone        []string
	Statuses    []int
	Count       int
	First, Last Occurrence
}

// NotChecked is what could not be checked, and why.
type NotChecked struct {
	Operation, Reason string
	Count             int
	First, Last       Occurrence
}

// ViolationsAgainst says which of the requests that the sandbox remembers break in another revision
// of the API, such as 2026-09, and in which ways. What a request violates in its own revision is left
// out: [Sandbox.Violations] has it. It fails when there is no such revision.
func (s *Sandbox) ViolationsAgainst(revision string) (*Migration, error) {
	to, err := spec.ParseRevision(revision)
	if err != nil {
		return nil, ofMock(err)
	}
	found, err := s.server.ViolationsAgainst(context.Background(), s.sandbox, to)
	if err != nil {
		return nil, ofMock(err)
	}
	m := &Migration{
		Revision: string(found.Revision), Against: string(found.Against), Requests: found.Requests, Breaking: found.Breaking,
		Notes: found.Notes, Dropped: found.Dropped,
	}
	for _, b := range found.Violations {
		m.Violations = append(m.Violations, Break{Violation{
			Code: b.Code, Operation: b.Operation, Method: b.Method, Path: b.Path, Where: b.Where, Message: b.Message,
			Count: b.Count, First: Occurrence(b.First), Last: Occurrence(b.Last),
		}, b.Effect, b.Refused})
	}
	for _, a := range found.Answers {
		m.Answers = append(m.Answers, AnswerChange{a.Operation, a.Gone, a.Statuses, a.Count, Occurrence(a.First), Occurrence(a.Last)})
	}
	for _, n := range found.NotChecked {
		m.NotChecked = append(m.NotChecked, NotChecked{n.Operation, n.Reason, n.Count, Occurrence(n.First), Occurrence(n.Last)})
	}
	return m, nil
}
