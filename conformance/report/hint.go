package report

import "strings"

// hookHint is said where no domain becomes verified on a target whose TXT records a hook
// publishes.
const hookHint = "the hook hooks.publish_txt may publish elsewhere than the target looks"

// verifiedRule is shown to hold by the first domain that becomes verified.
const verifiedRule = "domains.verify.record"

// hint says what else than the target may be at fault for a failure, "" if nothing is known.
func (r *Report) hint(lead *Outcome, proven map[string]bool) string {
	if r.NoControl && !proven[verifiedRule] && strings.HasPrefix(lead.Operation, "domains_verify") &&
		strings.HasPrefix(lead.Reason, "expected is_verified to be true") {
		return hookHint
	}
	return ""
}

// Whole is what was wrong, with what else may be at fault, and what may have brought it about.
func (c *Cause) Whole() string {
	text := c.What
	if c.Hint != "" {
		text += "; " + c.Hint
	}
	if c.After != "" {
		text += "; may follow from " + c.After
	}
	return text
}
