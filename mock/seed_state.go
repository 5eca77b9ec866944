package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func (s *seeder) plantSession(session *fixtures.Session) error {
	user, err := s.user(session.User)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	s.tx.PutSession(&world.Session{Key: session.Key, User: user, LoggedInAt: session.LoggedInAt.At(s.now)})
	return nil
}

func (s *seeder) plantOutbox(outbox []fixtures.Mail) {
	for _, m := range outbox {
		s.tx.Send(world.Mail{
			Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
			Link: m.Link, SentAt: m.SentAt.At(s.now),
		})
	}
}

func (s *seeder) plantUpstream(u *fixtures.Upstream) {
	if u.Mode != "" {
		s.tx.SetUpstreamMode(world.UpstreamMode(u.Mode))
	}
	for _, c := range u.Calls {
		body, _ := either(nil, c.BodyJSON) // text never fails
		s.tx.RecordUpstreamCall(world.UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization, Integration: c.Integration,
			IntegrationID: c.IntegrationID, Body: body, Outcome: c.Outcome, Problem: c.Problem, MadeAt: c.MadeAt.At(s.now),
		})
	}
}
