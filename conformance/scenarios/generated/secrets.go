package generated

import (
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// secrets end each kind of secret in each way that there is, and try what is over at every
// operation that it opened: it opens nothing, the one that came after it does, and no answer but
// that of its creation shows it.
func secrets(d *spec.Document) []suite.Scenario {
	return slices.Concat(scimTokens(d), keySecrets(d), sessionSecrets(d), inviteSecrets(d))
}

// all are the operations of a document that a question is about.
func all(d *spec.Document, about func(*spec.Operation) bool) (list []*spec.Operation) {
	for _, tag := range tags(d) {
		list = append(list, operations(d, tag, about)...)
	}
	return list
}

// idsIn are the ids of operations.
func idsIn(operations []*spec.Operation) (ids []string) {
	for _, o := range operations {
		ids = append(ids, o.ID)
	}
	return ids
}

// over is one story about a secret, in all of the document.
func over(d *spec.Document, id, title, rule string, about func(*spec.Operation) bool, tell func(*suite.S, []*spec.Operation), needs ...suite.Need) []suite.Scenario {
	return []suite.Scenario{{
		ID: id, Title: title, Rules: strings.Fields(rule), Covers: idsIn(all(d, about)), Access: suite.Write, Aspect: suite.Authentication,
		Needs: append([]suite.Need{suite.KeyOf("admin")}, needs...),
		Run:   func(s *suite.S) { tell(s, all(s.Document(), about)) },
	}}
}

// keySecrets end personal API keys: rolled, rolled again and deleted they open nothing; once their
// owner has left, nothing of the organization.
// Source: posthog/api/personal_api_key.py, where roll replaces the hash of the value.
func keySecrets(d *spec.Document) []suite.Scenario {
	const keys = "/api/personal_api_keys/"
	return over(d, "personal_api_keys.secrets.everywhere_ended", "A personal API key that was replaced or deleted opens no operation, nor does that of who has left", "callers.everywhere_ended_key callers.everywhere_left callers.everywhere_shown_once",
		keyed, func(s *suite.S, operations []*spec.Operation) {
			robin := s.Recruit(administrative)
			chosen := "phx_" + s.Name()
			made := robin.Post(keys, suite.JSON{"label": s.Name(), "scopes": []string{"*"}, "scoped_teams": []int{}, "scoped_organizations": []string{}, "value": chosen}).Status(http.StatusCreated)
			path := keys + made.Text("id") + "/"
			first := made.Text("value")
			s.Expect(first).NotTo(gomega.Equal(chosen), "the value of a new key")
			opens(s, first, robin.Email)
			second := robin.Post(path+"roll/", suite.JSON{}).Status(http.StatusOK).Text("value")
			opens(s, second, robin.Email)
			endedKey(s, operations, first)
			third := robin.Post(path+"roll/", suite.JSON{}).Status(http.StatusOK).Text("value")
			opens(s, third, robin.Email)
			for _, old := range []string{first, second, chosen} {
				endedKey(s, operations[:1], old)
			}
			for _, answer := range []*suite.Response{robin.Get(keys), robin.Get(path), robin.Patch(path, suite.JSON{"label": s.Name()}), robin.Get("/api/users/@me/")} {
				answer.Status(http.StatusOK).Hides(first, second, third)
			}
			s.Admin().Delete(s.Org(suite.Members, robin.UUID)).Empty()
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				nothing(s, s.Target().Organization.ID).send(s.KeyValue(third, robin.Email), o).Denied(wording.NoPermission)
			})
			robin.Delete(path).Empty()
			endedKey(s, operations, third)
		}, suite.Allowed(target.CreateUsers))
}

// opens wants a key to be that of somebody.
func opens(s *suite.S, key, email string) {
	s.KeyValue(key, email).Get("/api/users/@me/").Status(http.StatusOK).Has("email", email)
	s.KeyValue(key, email).Get(s.Org(suite.Invites)).Status(http.StatusOK)
}

// endedKey wants a key to open no operation, and not to be told again.
func endedKey(s *suite.S, operations []*spec.Operation, key string) {
	suite.EachOffered(s, operations, func(o *spec.Operation) {
		answer := nothing(s, s.Target().Organization.ID).send(s.KeyValue(key, "nobody"), o)
		refused(answer, "Authorization header")
		answer.Hides(key)
	})
}

// sessionSecrets end sessions: after the logout the cookie opens nothing, with its token beside
// it; another session of the same person goes on.
// Source: django/contrib/auth/__init__.py: logout flushes the session.
func sessionSecrets(d *spec.Document) []suite.Scenario {
	reached := func(o *spec.Operation) bool { return keyed(o) || forSessions(o) }
	return over(d, "sessions.secrets.everywhere_ended", "A session that was logged out opens no operation", "callers.everywhere_ended_session",
		reached, func(s *suite.S, operations []*spec.Operation) {
			robin := s.Recruit(administrative)
			logIn := func() *suite.Caller {
				return s.SessionFrom(s.Anonymous().Post("/api/login/", suite.JSON{"email": robin.Email, "password": robin.Password}).Status(http.StatusOK), robin.Email)
			}
			one, other := logIn(), logIn()
			one.Get(s.Org(suite.Invites)).Status(http.StatusOK)
			one.Post("/logout", nil).Status(http.StatusFound)
			suite.EachOffered(s, operations, func(o *spec.Operation) {
				nothing(s, s.Target().Organization.ID).send(one, o).Unauthenticated()
			})
			other.Get(s.Org(suite.Invites)).Status(http.StatusOK)
		}, suite.Allowed(target.CreateUsers))
}

// inviteSecrets end invites: the link of one that was replaced, twice, or withdrawn leads nowhere,
// while that of the last one leads on.
// Source: OrganizationInvite.validate and InviteSignupAPIView in posthog/api/signup.py.
func inviteSecrets(d *spec.Document) []suite.Scenario {
	accepts := func(o *spec.Operation) bool { return strings.HasPrefix(o.Path, "/api/signup/{invite_id}/") }
	return over(d, "invites.secrets.everywhere_ended", "The link of an invite that was replaced or withdrawn leads nowhere, in no way", "invites.accept.everywhere_ended",
		accepts, func(s *suite.S, operations []*spec.Operation) {
			ended := func(invites ...suite.Thing) {
				for _, invite := range invites {
					for _, o := range operations {
						s.Anonymous().Send(o.Method, suite.SignupPath(invite), bodyIfAny(o)).Invalid("invalid_input", "The provided invite ID is not valid.", "")
					}
				}
			}
			first := s.NewInvite(nil)
			again := suite.JSON{"target_email": first.Text("target_email")}
			second := s.NewInvite(again)
			ended(first)
			third := s.NewInvite(again)
			ended(first, second)
			s.Anonymous().Get(suite.SignupPath(third)).Status(http.StatusOK).Has("id", third.ID)
			s.Admin().Delete(third.Path()).Empty()
			ended(first, second, third)
		}, suite.Allowed(target.CreateUsers))
}

func bodyIfAny(o *spec.Operation) any {
	if takesBody(o) {
		return suite.JSON{"first_name": "Robin", "password": "Understudy quercus velvet 42"}
	}
	return nil
}
