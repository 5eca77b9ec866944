package report

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// The id of a failure, such as 5kq3a-2fw, names the scenario by its first part and
// the check by the second. It is made from both and from nothing else, so that the
// same defect has the same id in every run of the same suite, and the scenario can
// be found without a log.

const scenarioPart, checkPart = 5, 3 // letters

// FailureID returns the id of a check of a scenario that did not hold.
func FailureID(scenario, check string) string {
	return hashPrefix(scenario, scenarioPart) + "-" + hashPrefix(scenario+"\n"+check, checkPart)
}

// hashPrefix returns the first letters of the hash of a text.
func hashPrefix(text string, letters int) string {
	sum := sha256.Sum256([]byte(text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:letters]
}

// FailedScenario finds the scenario, of those with the ids, that a failure's id names.
func FailedScenario(failure string, ids []string) (string, error) {
	first, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(failure)), "-")
	for _, id := range ids {
		if first == hashPrefix(id, scenarioPart) {
			return id, nil
		}
	}
	return "", fmt.Errorf("no scenario of this suite has failures with the id %q; it stands beside each failure of a report, as in 5kq3a-2fw", failure)
}

// Replay is how the repetition of one failure went.
type Replay struct {
	ID       string `json:"id"`
	Scenario string `json:"scenario"`
	// Outcome is "the same check failed again", or what happened instead.
	Outcome string `json:"outcome"`
}

// compareReplay compares the outcome of a repeated scenario with the failure's id.
func compareReplay(id string, outcomes []Outcome) *Replay {
	for i := range outcomes {
		o := &outcomes[i]
		if o.Status == NotSelected {
			continue
		}
		r := &Replay{ID: id, Scenario: o.ID}
		switch {
		case o.Status == Passed:
			r.Outcome = "it passes now"
		case o.Wrong() && o.FailureID == id:
			r.Outcome = "the same check failed again"
		case o.Wrong():
			r.Outcome = "another check failed, " + o.FailureID
		default:
			r.Outcome = o.Status.Words() + ": " + o.Reason
		}
		return r
	}
	return nil
}
