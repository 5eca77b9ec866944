package guard

import "github.com/understudy-dev/understudy/spec"

// credentials holds the key of the request against what the operation needs. Whether there are credentials at all, and whether
// they are known, the API says itself.
func (f *finder) credentials(facts Facts) {
	o := f.operation
	switch {
	case !facts.Key || o.Public || o.AnyKey || o.IsSCIM():
	case o.SessionOnly && facts.KeysEverywhere:
	case o.SessionOnly:
		f.add(SessionOnly, theCredentials,
			"A personal API key was sent; the document lets only sessions call %s, whatever the scopes of a key. "+
				"Sign in, and send the session's cookie and CSRF token instead.", o.ID)
	case o.Scope != "" && !spec.Grants(facts.Scopes, o.Scope):
		f.add(MissingScope, theCredentials,
			"The key may do %s; the document says that %s needs %s. Give the key that scope, or call with one that has it.",
			orNothing(facts.Scopes), o.ID, o.Scope)
	}
}

func orNothing(scopes []string) string {
	if len(scopes) == 0 {
		return "nothing"
	}
	return short(listed(scopes))
}
