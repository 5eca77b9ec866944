package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// accountsLine says which user accounts stay, and what to do about them, "" if none does.
func (r *Report) accountsLine() string {
	n := len(r.AccountsLeft)
	if n == 0 {
		return ""
	}
	text := count(n, "user account") + " stay"
	if n == 1 {
		text += "s"
	}
	if r.AccountsPlanned > 0 {
		text += fmt.Sprintf(" (the plan said up to %d)", r.AccountsPlanned)
	}
	return text + ", in no organization; nothing in this API deletes them, an administrator of the deployment may"
}

// accountNames are the addresses of the accounts that stay, the first of them.
func (r *Report) accountNames() string {
	shown, more := firstOf(r.AccountsLeft, mostAccounts)
	text := strings.Join(shown, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// mostAccounts is how many accounts a summary names. The end of a report names all.
const mostAccounts = 3

// retryLines say how often something was tried again, a line for each reason.
func (r *Report) retryLines() (lines []string) {
	told := 0
	for _, why := range slices.Sorted(maps.Keys(r.RetriesFor)) {
		told += r.RetriesFor[why]
		lines = append(lines, count(r.RetriesFor[why], "retry")+": "+why)
	}
	if rest := r.Retries - told; rest > 0 {
		lines = append(lines, count(rest, "retry"))
	}
	return lines
}
