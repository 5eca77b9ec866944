package main

import (
	"fmt"
	"io"

	"github.com/cli/browser"
)

// openDashboard shows the dashboard. That it cannot is no reason to end: the address
// is printed. A token stays out of it, as command lines can be read: the page asks.
func openDashboard(stderr io.Writer, site string) {
	browser.Stdout = stderr // standard output is for results
	browser.Stderr = stderr
	if err := browser.OpenURL(site + "/_understudy/"); err != nil {
		_, _ = fmt.Fprintln(stderr, "understudy: --open: cannot open a browser; open the dashboard yourself:", err)
	}
}
