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

// Note says what else may be at fault, and what may have brought a cause about, "" if nothing is
// known.
func (c *Cause) Note() string {
	var notes []string
	if c.Hint != "" {
		notes = append(notes, c.Hint)
	}
	if c.After != "" {
		notes = append(notes, "may follow from "+c.After)
	}
	return strings.Join(notes, "; ")
}

// Whole is what was wrong, with the note.
func (c *Cause) Whole() string {
	if note := c.Note(); note != "" {
		return c.What + "; " + note
	}
	return c.What
}
