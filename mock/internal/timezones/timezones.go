// Package timezones knows the names of time zones that the API accepts: those of
// the IANA database, links and old names included. The list is embedded; the package
// never asks the operating system and knows no offsets. Package time cannot be used: it
// cannot list zones, and what it loads depends on the machine.
//
// names.txt is what Python's zoneinfo lists for release 2025b, without "Factory"
// and "localtime". Source: posthog/models/team/team.py offers pytz.all_timezones,
// which is the same list.
package timezones

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed names.txt
var text string

var names = strings.Fields(text) // sorted

// Known reports whether name is a time zone. Case matters.
func Known(name string) bool {
	_, found := slices.BinarySearch(names, name)
	return found
}
