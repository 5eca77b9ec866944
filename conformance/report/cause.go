package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Cause is what several scenarios failed of: one defect of the target, one broken rule, or
// one trouble on the way. It is found out by comparing failures, see [Outcome.defect]; two
// failures have one cause when
//
//   - the same thing was wrong with the same answer: the same operation answered with the
//     same status instead of the right one, the same property of a resource is not as it
//     must be, the same text of a check on a resource; but not where what was sent is about
//     different things, and only a few of them went wrong so, see [apart]; or
//   - there is one rule that both of them say is broken, for the same resource or in the same
//     way; or
//   - an error says the same wrong words instead of the same right ones, which is of no
//     resource; or
//   - the same trouble came between, whatever was asked.
//
// Whatever they share, failures of two concerns are two causes where one of them is about who
// may do what: see [Concern]. What lets strangers in is mended elsewhere than what lets in
// keys without scope, though both answer 200 for 403.
type Cause struct {
	// Lead is the id of the scenario that says best what is wrong.
	Lead string `json:"lead"`
	// Rule is the rule of the lead; nil if it has none, or if nothing is said of rules: of an error.
	Rule *Rule `json:"rule,omitempty"`
	// Concern is what the failures are about; "" of an error. Causes are in its order.
	Concern Concern `json:"concern,omitempty"`
	// What is the check of the lead that did not hold, in one line; of an error what came between.
	What string `json:"what"`
	// Status is that of the lead: failed or error.
	Status Status `json:"status"`
	// Counts tells that a scenario of the cause counts in the verdict and is not accepted.
	Counts bool `json:"counts"`
	// Scenarios are the ids of all that failed so, the lead first.
	Scenarios []string `json:"scenarios"`
	// Step is the operation that was wrong where none of the scenarios is about it: they all
	// needed it on their way, and what they check was not tried. "" is that one is about it.
	Step string `json:"step,omitempty"`
	// Hint is what else may be at fault than the target; "" is nothing known.
	Hint string `json:"hint,omitempty"`
	// After is the lead of a cause that may have brought this one about; "" is none.
	After string `json:"after,omitempty"`

	lead   *Outcome
	others []*Outcome
}

// Sentence is the rule that is broken, in words; the title of the lead where no rule says.
func (c *Cause) Sentence() string {
	if c.Status == Errored {
		return "the suite or the connection broke"
	}
	if c.Step != "" {
		return "a step on the way of scenarios about other things went wrong"
	}
	if c.Rule != nil && c.Rule.Sentence != "" {
		return c.Rule.Sentence
	}
	return c.lead.Title
}

// Told is the sentence for a summary: what concern it is of, the rule, and what was tried where
// that says more.
func (c *Cause) Told() string {
	text := c.Sentence()
	if words := c.Concern.Words(); words != "" {
		text = "[" + words + "] " + text
	}
	if c.Seen() != "" {
		text += " (seen by: " + c.Seen() + ")"
	}
	return text
}

// Seen is what the lead tried, where that says more than the rule: "" where it does not.
func (c *Cause) Seen() string {
	if c.Status == Errored || saysAgain(c.lead.Title, c.Sentence()) {
		return ""
	}
	return c.lead.Title
}

// saysAgain reports whether a sentence says little that another does not: at least half of its
// words are there.
func saysAgain(title, sentence string) bool {
	known := strings.Fields(strings.ToLower(sentence))
	words := strings.Fields(strings.ToLower(title))
	again := 0
	for _, word := range words {
		again += number(slices.Contains(known, word))
	}
	return 2*again >= len(words)
}

// Name is the id of the rule that is broken, or of the scenario that leads; of an error that it
// is one.
func (c *Cause) Name() string {
	switch {
	case c.Status == Errored:
		return "error"
	case c.Step != "":
		return c.Step
	case c.Rule != nil:
		return c.Rule.ID
	}
	return c.Lead
}

// causeLine names the scenario that tells best of the cause of a failure, "" if that is it.
func (r *Report) causeLine(o *Outcome) string {
	for i := range r.Causes {
		if c := &r.Causes[i]; c.Lead != o.ID && slices.Contains(c.Scenarios, o.ID) {
			return "cause: that of " + c.Lead + "\n"
		}
	}
	return ""
}

// findCauses groups what went wrong, and orders it: see [Cause.rank].
func (r *Report) findCauses() {
	proven := r.provenRules()
	apart := apart(r.wrong())
	var groups groups
	for _, o := range r.wrong() {
		groups.add(o, o.marks(proven, apart)...)
	}
	r.Causes = nil
	for _, group := range groups.list {
		r.Causes = append(r.Causes, r.cause(group, proven))
	}
	r.findConsequences()
	slices.SortStableFunc(r.Causes, func(a, b Cause) int {
		return slices.Compare(a.rank(), b.rank())
	})
}

// marks are what an outcome has in common with others of its cause.
func (o *Outcome) marks(proven, apart map[string]bool) []string {
	defect := o.defect()
	if apart[defect] {
		defect += o.about()
	}
	marks := append(o.brokenRuleMarks(proven), defect, o.wrongWords())
	if concern := o.concern(); concern.access() {
		for i := range marks {
			if marks[i] != "" {
				marks[i] = string(concern) + " " + marks[i]
			}
		}
	}
	return marks
}

// rank orders causes: those that count first, then failures before errors, then the graver
// concern, what came first before what may follow from it, those of most scenarios, and those
// that show sooner.
func (c *Cause) rank() []int {
	return []int{
		number(!c.Counts), number(c.Status != Failed), c.Concern.gravity(), number(c.Step == "" && c.After != ""),
		-len(c.Scenarios), c.lead.Requests,
	}
}

// groups are outcomes that belong together. Whoever shares a mark with one of a group joins it.
type groups struct {
	list [][]*Outcome
	of   map[string]int // the group of a mark
}

// add puts an outcome to the group of its marks, and makes one of groups that it joins.
func (g *groups) add(o *Outcome, marks ...string) {
	if g.of == nil {
		g.of = map[string]int{}
	}
	into := -1
	for _, mark := range marks {
		at, known := g.of[mark]
		switch {
		case mark == "" || !known || at == into:
		case into < 0:
			into = at
		default:
			g.join(max(at, into), min(at, into))
			into = min(at, into)
		}
	}
	if into < 0 {
		into = len(g.list)
		g.list = append(g.list, nil)
	}
	g.list[into] = append(g.list[into], o)
	for _, mark := range marks {
		if mark != "" {
			g.of[mark] = into
		}
	}
}

// join moves everything of one group into another, earlier one.
func (g *groups) join(from, into int) {
	g.list[into] = append(g.list[into], g.list[from]...)
	g.list = slices.Delete(g.list, from, from+1)
	for mark, at := range g.of {
		switch {
		case at == from:
			g.of[mark] = into
		case at > from:
			g.of[mark] = at - 1
		}
	}
}

// cause describes a group.
func (r *Report) cause(group []*Outcome, proven map[string]bool) Cause {
	named := namedRules(group, proven)
	slices.SortStableFunc(group, func(a, b *Outcome) int {
		return slices.Compare(r.leadRank(a, proven, named), r.leadRank(b, proven, named))
	})
	lead := group[0]
	c := Cause{Lead: lead.ID, What: lead.whatFailed(), Status: lead.Status, lead: lead, others: group[1:]}
	if lead.Status == Failed {
		c.Rule, c.Concern = lead.worstRule(proven), lead.concern()
		if lead.passesBy() && !slices.ContainsFunc(group, func(o *Outcome) bool { return !o.passesBy() }) {
			c.Step, c.Rule = lead.Operation, nil
		}
		c.Hint = r.hint(lead, proven)
	}
	for _, o := range group {
		c.Scenarios = append(c.Scenarios, o.ID)
		c.Counts = c.Counts || r.countsAsWrong(o)
	}
	return c
}

// countsAsWrong reports whether an outcome that went wrong makes the run fail.
func (r *Report) countsAsWrong(o *Outcome) bool {
	return o.counts() && !r.Baseline.accepts(o.ID)
}

// leadRank says how well a scenario tells what is wrong, compared from the left; lower is
// better:
//
//  1. what counts in the verdict, before what is provisional or accepted;
//  2. it got as far as what it is about: what broke off before says nothing of its rule;
//  3. it sends what clients send, before what sends odd things;
//  4. it is about one thing, before what does everything that there is to do to one of a kind and
//     did not get through: any defect on its way stops it. What lets somebody through who may not
//     is what such a sweep is about;
//  5. fewer requests: what fails at once fails of the thing itself, what comes late may only
//     have passed by there;
//  6. a wrong status, before an answer that is wrong otherwise;
//  7. fewer of its rules that other scenarios have shown to hold: the failure must be of the
//     rest;
//  8. it is about the operation whose answer was wrong;
//  9. fewer rules: what checks one thing names it;
//  10. more of the group name its rule.
//
// What is equal in all that stands in the order of the suite. TestLeads measures it by planted
// defects, whose broken rule is known.
func (r *Report) leadRank(o *Outcome, proven map[string]bool, named map[string]int) []int {
	support := 0
	if rule := o.worstRule(proven); rule != nil {
		support = named[rule.ID]
	}
	return []int{
		number(!r.countsAsWrong(o)),
		number(o.passesBy()),
		number(slices.Contains(o.Tags, suite.Robustness)),
		number(o.sweeps() && !o.letThrough()),
		o.Requests,
		number(!statusCheck.MatchString(o.Reason)),
		o.provenOf(proven),
		number(o.Operation != "" && !slices.Contains(o.Covers, o.Operation)),
		len(o.Rules),
		-support,
	}
}

// sweeps reports whether an outcome is of a scenario that is made for every operation of a kind.
func (o *Outcome) sweeps() bool {
	return slices.ContainsFunc(o.Rules, func(rule Rule) bool { return everywhere.MatchString(rule.ID) })
}

// everywhere is the id of a rule about every operation, or every property.
var everywhere = regexp.MustCompile(`\.everywhere[._]`)

// namedRules counts by rule how many outcomes say that it is the broken one.
func namedRules(group []*Outcome, proven map[string]bool) map[string]int {
	named := map[string]int{}
	for _, o := range group {
		if rule := o.worstRule(proven); rule != nil {
			named[rule.ID]++
		}
	}
	return named
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// provenOf counts the rules of an outcome that other scenarios have shown to hold.
func (o *Outcome) provenOf(proven map[string]bool) (n int) {
	for _, rule := range o.Rules {
		if proven[rule.ID] {
			n++
		}
	}
	return n
}

// brokenRuleMarks are marks of the one rule that an outcome says is broken: its only one, or the
// only one that no other scenario has shown to hold; none if it says no such thing. A rule about
// every resource may be broken for one alone, so that the resource is in the mark, or what was wrong.
func (o *Outcome) brokenRuleMarks(proven map[string]bool) []string {
	if o.Status != Failed || (len(o.Rules) != 1 && len(o.Rules)-o.provenOf(proven) != 1) {
		return nil
	}
	rule := "rule " + o.worstRule(proven).ID + " "
	what := firstLine(o.Reason)
	if !statusCheck.MatchString(what) {
		what = plain(what)
	}
	return []string{rule + o.Resource(), rule + what}
}

// worstRule returns the first rule of an outcome that nothing has shown to hold, else the
// first; nil if it has none.
func (o *Outcome) worstRule(proven map[string]bool) *Rule {
	for i := range o.Rules {
		if !proven[o.Rules[i].ID] {
			return &o.Rules[i]
		}
	}
	if len(o.Rules) > 0 {
		return &o.Rules[0]
	}
	return nil
}

// provenRules are the rules that a scenario has shown to hold.
func (r *Report) provenRules() map[string]bool {
	proven := map[string]bool{}
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status == Passed && !o.Provisional {
			for _, id := range o.ruleIDs() {
				proven[id] = true
			}
		}
	}
	return proven
}

// ruleIDs are the ids of the rules that a scenario checks; its own where the log names none.
func (o *Outcome) ruleIDs() (ids []string) {
	for _, rule := range o.Rules {
		ids = append(ids, rule.ID)
	}
	if len(ids) == 0 {
		ids = []string{o.ID}
	}
	return ids
}
