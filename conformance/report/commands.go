package report

import (
	"al.essio.dev/pkg/shellescape"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// repeatCommand returns the command that repeats a failure. A scenario that changes a
// target that is no fake needs its organization confirmed.
func (r *Report) repeatCommand(o *Outcome) string {
	command := "understudy verify" + r.targetFlags() + " --replay " + o.FailureID
	at := target.Profile{BaseURL: r.BaseURL}
	if o.Access == string(suite.Write) && (r.NoControl || !at.Local()) {
		command += " --access write --confirm-organization " + shellescape.Quote(r.Organization)
	}
	return command
}

// targetFlags returns the flags that name the target and say how it is reached.
func (r *Report) targetFlags() (flags string) {
	if r.Profile != "" {
		flags += " --target " + shellescape.Quote(r.Profile)
	}
	if r.CAFile != "" {
		flags += " --ca-file " + shellescape.Quote(r.CAFile)
	}
	return flags
}

// openJournal names something that is not known to be gone.
type openJournal struct {
	Journal
	Sweep string // the command that removes it
}

func (r *Report) openJournals() (list []openJournal) {
	for _, j := range r.Journals {
		if len(j.Open) > 0 && r.Profile != "" { // the embedded fake is gone
			list = append(list, openJournal{j, "understudy sweep" + r.targetFlags() + " --journal " + shellescape.Quote(j.File)})
		}
	}
	return list
}
