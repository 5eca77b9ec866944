package mock

import (
	"slices"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func (e *exporter) users() (list []fixtures.User) {
	e.view.Users().All(func(u *world.User) bool {
		list = append(list, fixtures.User{
			ID: u.ID, UUID: u.UUID, DistinctID: u.DistinctID, Email: u.Email, FirstName: u.FirstName, LastName: u.LastName,
			Password: u.Password, EmailVerified: u.EmailVerified,
			CurrentOrganization: u.CurrentOrganization, CurrentProject: u.CurrentProject,
			RoleAtOrganization: u.RoleAtOrganization, JoinedAt: e.at(u.JoinedAt), LastLogin: e.optional(u.LastLogin),
		})
		return true
	})
	return list
}

func (e *exporter) keys() (list []fixtures.PersonalAPIKey) {
	for _, k := range e.view.AllKeys() {
		list = append(list, fixtures.PersonalAPIKey{
			ID: k.ID, Name: k.Label, Value: k.Value, User: e.email(k.User), Scopes: slices.Clone(k.Scopes),
			Organizations: said(k.Organizations), Projects: said(k.Projects), CreatedAt: e.at(k.CreatedAt),
		})
	}
	return list
}

func (e *exporter) sessions() (list []fixtures.Session) {
	for _, s := range e.view.AllSessions() {
		list = append(list, fixtures.Session{Key: s.Key, User: e.email(s.User), LoggedInAt: e.at(s.LoggedInAt)})
	}
	return list
}

// said copies a list, and makes an empty one go without saying.
func said[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}
