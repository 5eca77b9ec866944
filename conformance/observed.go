package conformance

import (
	"fmt"
	"slices"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// observed is what a preflight found, as the log has it: what the profile may claim,
// and below it the claims that nothing else names.
func (r *run) observed(found *Preflight) *Observed {
	o := &Observed{Version: r.clean(found.Version), Revision: found.Revision, Features: found.Features}
	for _, c := range found.Credentials {
		for _, part := range []struct{ name, observed string }{{"personal_api_key", c.Key}, {"session", c.Session}} {
			o.Facts = append(o.Facts, Fact{
				Name: "credentials." + c.Role + "." + part.name, Claimed: part.observed != absent, Observed: part.observed, Detail: r.clean(c.Note),
			})
		}
	}
	for _, offer := range found.Offers {
		o.Facts = append(o.Facts, Fact{Name: offer.Name, Claimed: offer.Claimed, Observed: offer.Observed, Detail: r.clean(offer.detail())})
	}
	for _, claim := range found.NotObserved {
		i := slices.IndexFunc(o.Facts, func(f Fact) bool { return f.Name == claim.Path })
		if i < 0 {
			i, o.Facts = len(o.Facts), append(o.Facts, Fact{Name: claim.Path, Claimed: true, Observed: no})
		}
		o.Facts[i].Detail = r.clean(claim.Why)
	}
	return o
}

// journal is what the journal of the run still names.
func (r *run) journal() *Journal {
	j := &Journal{File: r.options.Journal, Open: []string{}}
	entries, err := journal.Read(j.File, JournalTarget(r.client.Target))
	if err != nil {
		j.Open = append(j.Open, r.clean(fmt.Sprintf("unknown: %v", err)))
	}
	for _, entry := range entries {
		if entry.Run == r.info.Run {
			j.Open = append(j.Open, r.clean(entry.String()))
		}
	}
	return j
}
