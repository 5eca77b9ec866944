package world

// How the services around the API answer that it asks itself: DNS, and the mail server.

// DNSMode says how DNS answers look-ups.
type DNSMode string

// The modes of DNS.
const (
	DNSUp       DNSMode = "up"        // it has the records of the world
	DNSServFail DNSMode = "servfail"  // it answers that it failed
	DNSTimeout  DNSMode = "timeout"   // it answers too late
	DNSNoServer DNSMode = "no_server" // there is nothing to ask
)

// DNSModes are all modes, the default first.
var DNSModes = []DNSMode{DNSUp, DNSServFail, DNSTimeout, DNSNoServer}

// MailMode says how the mail server answers.
type MailMode string

// The modes of the mail server.
const (
	MailUp   MailMode = "up"   // it takes every mail
	MailDown MailMode = "down" // it takes none
)

// MailModes are all modes, the default first.
var MailModes = []MailMode{MailUp, MailDown}

// DNSMode is how DNS answers.
func (w *World) DNSMode() DNSMode {
	if w.dnsMode == "" {
		return DNSUp
	}
	return w.dnsMode
}

// MailMode is how the mail server answers.
func (w *World) MailMode() MailMode {
	if w.mailMode == "" {
		return MailUp
	}
	return w.mailMode
}

// SetDNSMode sets how DNS answers.
func (tx *Tx) SetDNSMode(mode DNSMode) { tx.dnsMode, tx.changed = mode, true }

// SetMailMode sets how the mail server answers.
func (tx *Tx) SetMailMode(mode MailMode) { tx.mailMode, tx.changed = mode, true }
