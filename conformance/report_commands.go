package conformance

import (
	"al.essio.dev/pkg/shellescape"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// again is the command that repeats a failure. Elsewhere than on this machine, what
// changes the target takes leave.
func (r *Report) again(o *Outcome) string {
	command := "understudy verify" + r.reaching() + " --replay " + o.FailureID
	at := Target{BaseURL: r.BaseURL}
	if o.Access == string(suite.Write) && !at.Local() {
		command += " --access write --confirm-organization " + shellescape.Quote(r.Organization)
	}
	return command
}

// reaching are the flags that name the target and say how it is reached.
func (r *Report) reaching() (flags string) {
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
			list = append(list, openJournal{j, "understudy sweep" + r.reaching() + " --journal " + shellescape.Quote(j.File)})
		}
	}
	return list
}
