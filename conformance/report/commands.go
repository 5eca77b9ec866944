package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// repeatCommand returns the command that repeats a failure. A scenario that changes a
// target on another machine needs its organization confirmed.
func (r *Report) repeatCommand(o *Outcome) string {
	command := "understudy verify" + r.targetFlags() + " --replay " + o.FailureID
	at := target.Profile{BaseURL: r.BaseURL}
	if o.Access == string(suite.Write) && !at.Local() {
		command += " --access write --confirm-organization " + shellWord(r.Organization)
	}
	return command
}

// targetFlags returns the flags that name the target and say how it is reached.
func (r *Report) targetFlags() (flags string) {
	if r.Profile != "" {
		flags += " --target " + shellWord(r.Profile)
	}
	if r.CAFile != "" {
		flags += " --ca-file " + shellWord(r.CAFile)
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
			list = append(list, openJournal{j, "understudy sweep" + r.targetFlags() + " --journal " + shellWord(j.File)})
		}
	}
	return list
}

// shellWord is a name as a shell takes it.
func shellWord(name string) string {
	plain := func(r rune) bool {
		return r >= utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/._-+:@%", r)
	}
	if !strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
