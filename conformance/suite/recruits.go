package suite

import (
	"maps"
	"net/http"
)

// Recruit is a user who was invited and accepted, calling in the session that came
// with it.
type Recruit struct {
	*Caller
	// Accepted is the answer to accepting.
	Accepted *Response
	// UUID, Email and Password are the user's. The user belongs to no organization
	// but those that the story had them join.
	UUID, Email, Password string
}

// Recruit invites somebody new into the target's organization at a level and has
// them accept. Scenarios that call it need [target.CreateUsers]. The membership
// ends with the story; the user stays, since nothing here deletes users.
func (s *S) Recruit(level int) *Recruit { return s.RecruitWith(JSON{"level": level}) }

// RecruitWith is Recruit by an invite with fields of its own. Owners are invited by
// the owner.
func (s *S) RecruitWith(fields JSON) *Recruit {
	body := JSON{"target_email": s.Email(), "send_email": false}
	maps.Copy(body, fields)
	inviter := s.Admin()
	if body["level"] == 15 {
		inviter = s.Owner()
	}
	invite := s.Made(Invites, inviter.Post(s.Org(Invites), body))
	password := s.Password()
	accepted := s.Accept(s.Anonymous(), invite, JSON{"first_name": "Robin", "password": password}).Status(http.StatusCreated)
	email := accepted.Text("email")
	return &Recruit{s.SessionFrom(accepted, email), accepted, accepted.Text("uuid"), email, password}
}

// Password returns a password that nobody else has and that is hard to guess.
func (s *S) Password() string {
	password := "Understudy " + s.Name() + " quercus velvet"
	s.client.Secrets.Add(password, "UNDERSTUDY_PASSWORD")
	return password
}

// Accept accepts an invite into one of the organizations that the story invites
// into. Whoever joined leaves again when the story ends.
func (s *S) Accept(c *Caller, invite Thing, body any) *Response {
	return c.Post(SignupPath(invite), body)
}

const signupPrefix = "/api/signup/"

// SignupPath is where an invite is accepted.
func SignupPath(invite Thing) string { return signupPrefix + invite.ID + "/" }

// SessionFrom calls with the session that an answer opened. who names it.
func (s *S) SessionFrom(answer *Response, who string) *Caller {
	header := s.client.sessionFrom(answer.exchange, "RECRUIT")
	if header.Get("X-Csrftoken") == "" {
		s.giveUp("the answer opened no session; scenarios that make users need a deployment that does not have addresses confirmed first")
	}
	return &Caller{s: s, who: who, header: header}
}
