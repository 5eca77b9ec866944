package dashboard

// entry is a line of the menu.
type entry struct {
	Section, Label, Path, Icon string
	Count                      string // the name of a count of [about]; "" has none
}

// group is a part of the menu under one word.
type group struct {
	Label   string
	Entries []entry
}

// menu is where a reader can go, in the order of use.
var menu = []group{
	{"", []entry{{"overview", "Overview", "", "house", ""}}},
	{"Traffic", []entry{
		{"requests", "Requests", "ui/requests", "activity", "requests"},
		{"violations", "Violations", "ui/violations", "shield-alert", "violations"},
		{"faults", "Faults", "ui/faults", "zap", "faults"},
		{"rate-limits", "Rate limits", "ui/rate-limits", "gauge", ""},
	}},
	{"World", []entry{
		{"organizations", "Organizations", "ui/organizations", "building-2", ""},
		{"people", "Keys and logins", "ui/people", "key-round", ""},
		{"outbox", "Outbox", "ui/outbox", "mail", "mail"},
		{"dns", "DNS records", "ui/dns", "globe", ""},
		{"upstream", "Marketplace", "ui/upstream", "store", ""},
	}},
	{"Time", []entry{
		{"clock", "Clock", "ui/clock", "clock", ""},
		{"snapshots", "Snapshots", "ui/snapshots", "camera", ""},
		{"sandboxes", "Sandboxes", "ui/sandboxes", "boxes", ""},
	}},
	{"Reference", []entry{{"documents", "API documents", "ui/documents", "book-open", ""}}},
}

// Menu is the same on every page.
func (s *shown) Menu() []group { return menu }
