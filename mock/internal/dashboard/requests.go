package dashboard

func (d *dashboard) requests() {}

// requestSummary is one line of the journal.
type requestSummary struct{}
