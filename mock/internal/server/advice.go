package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/advice"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/scimserver"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// ViolationsAgainst says which requests of a sandbox's journal break in another revision; see
// package advice. It fails when there is no such revision, or when the context ends before all are
// compared.
func (s *Server) ViolationsAgainst(ctx context.Context, of *sandbox.Sandbox, to spec.Revision) (*advice.Report, error) {
	a := &advisor{server: s, to: to, report: advice.New(of.Revision(), to), from: map[spec.Revision]*advice.Answers{}}
	var err error
	if a.other, err = s.revision(to); err != nil {
		return nil, err
	}
	for _, entry := range of.Journal.Select(journal.Query{}) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := a.take(entry); err != nil {
			return nil, err
		}
	}
	return a.report.End(), nil
}

// advisor compares the requests of a journal.
type advisor struct {
	server *Server
	to     spec.Revision
	other  *revision
	report *advice.Report
	from   map[spec.Revision]*advice.Answers // what is different in answers, by the revision moved from
}

// take compares a request in the revision in which it was answered with the other one.
func (a *advisor) take(entry *journal.Entry) error {
	x, before := entry.Exchange(), entry.Before().(*sandbox.State).World
	if before.Revision == a.to {
		a.report.AddPlayed()
		return nil
	}
	own, err := a.server.revision(before.Revision)
	if err != nil {
		return err
	}
	if a.from[before.Revision] == nil {
		a.from[before.Revision] = advice.CompareAnswers(own.document, a.other.document)
	}
	q := &advice.Request{
		At:      guard.Occurrence{Request: int(entry.Number()), Time: x.Time},
		Refused: x.Status == 0 || x.Status >= http.StatusBadRequest,
	}
	if err := a.compare(q, own, &x, before); err != nil {
		return err
	}
	a.report.Add(q, a.from[before.Revision])
	return nil
}

// compare finds out what of a request breaks.
func (a *advisor) compare(q *advice.Request, own *revision, x *journal.Exchange, before *world.World) error {
	at, err := url.ParseRequestURI(x.URI)
	if err != nil {
		q.NotChecked = "its address cannot be read again"
		return nil //nolint:nilerr // it is reported
	}
	r := &http.Request{Method: x.Method, URL: at, Header: x.RequestHeader}
	facts := guard.Facts{KeysEverywhere: a.server.config.API.KeysEverywhere, BodyCut: !x.RequestBody.Whole()}
	if facts.BodyCut {
		q.NotChecked = fmt.Sprintf("the body: of %d bytes the first %d were kept", x.RequestBody.Size, len(x.RequestBody.Data))
	}
	if key := exchange.ReadCredentials(before, r).Key; key != nil {
		facts.Key, facts.Scopes = true, key.Scopes
	}
	there, err := a.other.inspect(r, x.RequestBody.Data, facts)
	if err != nil {
		return err
	}
	here, err := own.inspect(r, x.RequestBody.Data, facts)
	if err != nil {
		return err
	}
	q.Own, q.Other = here.operation, there.operation
	q.Breaks = a.inOwnWords(guard.NewIn(there.violations, here.violations), r, here)
	a.compareAddress(q, r, before)
	return nil
}

// inOwnWords names operations that the other revision lacks as the request's own revision does.
func (a *advisor) inOwnWords(found []guard.Violation, r *http.Request, own inspection) []guard.Violation {
	for i := range found {
		v := &found[i]
		if own.path == "" || v.Code != guard.UnknownPath && v.Code != guard.UnknownMethod {
			continue
		}
		v.Path = own.path
		if own.operation != nil {
			v.Operation = own.operation.ID
		}
		answer := `404 "Endpoint not found."`
		if v.Code == guard.UnknownMethod {
			answer = "405, and 403 to a personal API key"
		}
		v.Message = fmt.Sprintf("%s %s does not exist in %s: the answer there is %s. Do without it there; "+
			`"understudy revisions" says what took its place.`, r.Method, own.path, a.to, answer)
	}
	return found
}

// compareAddress finds out whether the address of a SCIM server is another one.
func (a *advisor) compareAddress(q *advice.Request, r *http.Request, before *world.World) {
	if q.Own == nil || q.Other == nil || !q.Own.IsSCIM() {
		return
	}
	parameter, segment := firstParameter(q.Own.Path, r.URL.Path)
	switch scimserver.AddressIn(a.to, before, segment) {
	case scimserver.SameAddress:
	case scimserver.KeptAddress:
		q.KeptSCIM = true
	case scimserver.MovedAddress:
		q.Breaks = append(q.Breaks, guard.NewMovedAddress(q.Own, r.Method, parameter, fmt.Sprintf(
			"By this %s no SCIM server is found in %s: the answer there is 403. Read the address from scim_base_url after the upgrade.", parameter, a.to)))
	}
}

// firstParameter is the first parameter of a documented path, and what a request has there.
func firstParameter(documented, path string) (name, value string) {
	sent := strings.Split(path, "/")
	for i, segment := range strings.Split(documented, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && i < len(sent) {
			return strings.TrimSuffix(name, "}"), sent[i]
		}
	}
	return "", ""
}

// inspection is what a revision says of a request without answering it.
type inspection struct {
	path       string          // documented, "" for none
	operation  *spec.Operation // nil for none
	violations []guard.Violation
}

// inspect holds a request against the document of the revision, and its texts against the rules of
// the API.
func (r *revision) inspect(request *http.Request, body []byte, facts guard.Facts) (found inspection, err error) {
	g, err := guard.Load(r.document.Revision)
	if err != nil {
		return found, err
	}
	found.path, found.operation = r.directory().find(request)
	facts.Path = found.path
	switch {
	case request.Method == http.MethodOptions:
		found.violations = g.CheckPath(request, found.path)
		return found, nil
	case found.operation == nil:
		found.violations = g.Check("", request, body, facts)
		return found, nil
	}
	found.violations = g.Check(found.operation.ID, request, body, facts)
	if facts.BodyCut || found.operation.IsSCIM() {
		return found, nil
	}
	sent := rest.Body{ContentType: request.Header.Get("Content-Type"), Data: body}
	for _, text := range r.rest.RefusedTexts(found.operation, sent) {
		found.violations = append(found.violations,
			guard.NewRefusedText(found.operation, request.Method, text.Pointer, text.Name, text.Refusal.Detail))
	}
	return found, nil
}
