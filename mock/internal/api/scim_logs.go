package api

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scimmask"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The SCIM requests that identity providers made for a domain.
// Source: scim_logs in posthog/api/organization_domain.py, ee/api/scim/utils.py.

// scimLogHandlers are the operations of the SCIM logs of domains.
func scimLogHandlers() map[string]handler {
	return map[string]handler{
		"domains_scim_logs_retrieve": {do: (*call).listSCIMLogs},
	}
}

// scimLogBindings are the properties of a request in the log.
func scimLogBindings() []rest.Binding[*world.SCIMLog, *call] {
	return []rest.Binding[*world.SCIMLog, *call]{
		{Name: "id", Write: func(w *rest.Writer, l *world.SCIMLog) { w.String(l.ID) }},
		{Name: "request_method", Write: func(w *rest.Writer, l *world.SCIMLog) { w.String(l.RequestMethod) }},
		{Name: "request_path", Write: func(w *rest.Writer, l *world.SCIMLog) { w.String(l.RequestPath) }},
		{Name: "request_headers", As: rest.JSON, Write: func(w *rest.Writer, l *world.SCIMLog) { w.Raw(l.RequestHeaders) }},
		{Name: "request_body", As: rest.JSON, Write: func(w *rest.Writer, l *world.SCIMLog) { w.Raw(l.RequestBody) }},
		{Name: "response_status", Write: func(w *rest.Writer, l *world.SCIMLog) { w.Int(l.ResponseStatus) }},
		{Name: "response_body", As: rest.JSON, Write: func(w *rest.Writer, l *world.SCIMLog) { w.Raw(l.ResponseBody()) }},
		{Name: "identity_provider", Write: func(w *rest.Writer, l *world.SCIMLog) { w.String(l.IdentityProvider) }},
		{Name: "duration_ms", Write: func(w *rest.Writer, l *world.SCIMLog) { w.Int(l.DurationMS) }},
		{Name: "created_at", Write: func(w *rest.Writer, l *world.SCIMLog) { w.Time(l.CreatedAt) }},
	}
}

// scimLogPages is how the log is cut; other lists use limit and offset.
var scimLogPages = rest.PageNumberPagination{Size: 20, MaxSize: 100}

var errLogLevel = rest.PermissionDenied("Only organization admins can view SCIM logs.")

// listSCIMLogs shows the log to administrators, newest first.
func (c *call) listSCIMLogs() (int, error) {
	if c.membership.Level < world.Administrator {
		return 0, errLogLevel
	}
	d, err := c.domain()
	if err != nil {
		return 0, err
	}
	if c.has(spec.SCIMByConfig) {
		return c.listLogsOf(append([]string{d.ID}, configIDs(c.view.ConfigsServing(d))...))
	}
	return c.listLogsOf([]string{d.ID})
}

func configIDs(configs []*world.IdentityProviderConfig) (ids []string) {
	for _, config := range configs {
		ids = append(ids, config.ID)
	}
	return ids
}

// listConfigSCIMLogs shows the log of a config to administrators, newest first. Whether the
// config is there is looked at before the level, other than for a domain.
func (c *call) listConfigSCIMLogs() (int, error) {
	config, err := c.identityProviderConfig()
	if err != nil {
		return 0, err
	}
	if c.membership.Level < world.Administrator {
		return 0, errLogLevel
	}
	return c.listLogsOf([]string{config.ID})
}

// listLogsOf shows what was asked of some provisioners, as the query wants it.
func (c *call) listLogsOf(provisioners []string) (int, error) {
	filter := newLogFilter(c.query)
	if len(provisioners) > 1 {
		return c.listMerged(provisioners, &filter)
	}
	list := c.view.SCIMLogs(provisioners[0])
	kept := world.KeptSCIMLogs(list, c.now)
	if filter.isEmpty() {
		sheet, err := scimLogPages.Page(c.query, kept)
		if err != nil {
			return 0, err
		}
		return c.showLogs(sheet, kept, list.Page(sheet.Offset, min(sheet.Limit, kept-sheet.Offset)))
	}
	return c.showFound(c.findLogs(list, &filter))
}

// listMerged shows the requests to several provisioners as one log.
func (c *call) listMerged(provisioners []string, filter *logFilter) (int, error) {
	var found []*world.SCIMLog
	for _, id := range provisioners {
		found = append(found, c.findLogs(c.view.SCIMLogs(id), filter)...)
	}
	slices.SortFunc(found, func(a, b *world.SCIMLog) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return c.showFound(found)
}

// findLogs are the requests of a log that are kept and that a filter admits.
func (c *call) findLogs(list world.List[world.SCIMLog], filter *logFilter) (found []*world.SCIMLog) {
	kept := world.KeptSCIMLogs(list, c.now)
	list.All(func(l *world.SCIMLog) bool {
		if kept--; kept < 0 {
			return false
		}
		if filter.matches(l) {
			found = append(found, l)
		}
		return true
	})
	return found
}

// showFound answers with a page of requests that were found one by one.
func (c *call) showFound(found []*world.SCIMLog) (int, error) {
	sheet, err := scimLogPages.Page(c.query, len(found))
	if err != nil {
		return 0, err
	}
	return c.showLogs(sheet, len(found), found[sheet.Offset:min(sheet.Offset+sheet.Limit, len(found))])
}

// showLogs answers with a page of the log.
func (c *call) showLogs(sheet rest.NumberedPage, count int, rows []*world.SCIMLog) (int, error) {
	sheet.WritePage(&c.out, c.requestURL(), c.query, count, func() {
		for _, l := range rows {
			c.api.scimLogSerializer.Write(&c.out, l)
		}
	})
	return http.StatusOK, nil
}

// logFilter is what the query asks for. A value that cannot be read filters
// nothing, as with django-filter.
type logFilter struct {
	statusMin, statusMax *float64
	after, before        *time.Time
	search               []string // lower case; any of them
}

// newLogFilter reads the filter from the query.
func newLogFilter(q rest.Query) (f logFilter) {
	f.statusMin, f.statusMax = queryNumber(q, "status_min"), queryNumber(q, "status_max")
	f.after, f.before = queryTime(q, "after"), queryTime(q, "before")
	if text, ok := q.Get("search"); ok && pytext.Strip(text) != "" {
		text = pytext.Strip(text)
		f.search = []string{strings.ToLower(text), strings.ToLower(scimmask.Search(text))}
	}
	return f
}

// queryNumber reads a number from the query; nil is none.
func queryNumber(q rest.Query, key string) *float64 {
	text, _ := q.Get(key)
	if text = pytext.Strip(text); strings.Trim(text, "0123456789.+-eE") != "" {
		return nil // Go reads inf and 0x10 as numbers, Django does not
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil
	}
	return &n
}

// queryTime reads a date and time from the query; nil is none.
func queryTime(q rest.Query, key string) *time.Time {
	text, _ := q.Get(key)
	t, ok := pytext.ParseDateTime(pytext.Strip(text))
	if !ok {
		return nil
	}
	return &t
}

// isEmpty reports whether the query asks for the whole log.
func (f *logFilter) isEmpty() bool {
	return f.statusMin == nil && f.statusMax == nil && f.after == nil && f.before == nil && f.search == nil
}

// matches reports whether a request in the log is among those that are asked for.
func (f *logFilter) matches(l *world.SCIMLog) bool {
	status := float64(l.ResponseStatus)
	switch {
	case f.statusMin != nil && status < *f.statusMin,
		f.statusMax != nil && status > *f.statusMax,
		f.after != nil && l.CreatedAt.Before(*f.after),
		f.before != nil && l.CreatedAt.After(*f.before):
		return false
	}
	return f.search == nil || f.mentions(l)
}

// mentions looks in the path for the text as it was sent, in the body also for
// its masked form.
func (f *logFilter) mentions(l *world.SCIMLog) bool {
	body := bytes.ToLower(l.RequestBody)
	return strings.Contains(strings.ToLower(l.RequestPath), f.search[0]) ||
		bytes.Contains(body, []byte(f.search[0])) || bytes.Contains(body, []byte(f.search[1]))
}
