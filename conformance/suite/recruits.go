package suite

import "net/http"

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
	for name, value := range fields {
		body[name] = value
	}
	inviter := s.Admin()
	if body["level"] == 15 {
		inviter = s.Owner()
	}
	invite := s.Made(Invites, inviter.Post(s.Org(Invites), body))
	password := s.Password()
	accepted := s.Accept(s.Anonymous(), s.Target().Organization.ID, invite, JSON{"first_name": "Robin", "password": password}).Status(http.StatusCreated)
	email := accepted.Text("email")
	return &Recruit{s.SessionFrom(accepted, email), accepted, accepted.Text("uuid"), email, password}
}

// Password returns a password that nobody else has and that is hard to guess.
func (s *S) Password() string {
	password := "Understudy " + s.Name() + " quercus velvet"
	s.client.Secrets.Add(password, "UNDERSTUDY_PASSWORD")
	return password
}

// Accept accepts an invite into an organization. Whoever joined leaves again when
// the story ends.
func (s *S) Accept(c *Caller, organization string, invite Thing, body any) *Response {
	s.mu.Lock()
	if s.joins == nil {
		s.joins = map[string]string{}
	}
	s.joins[SignupPath(invite)] = organization
	s.mu.Unlock()
	return c.Post(SignupPath(invite), body)
}

// oweMember notes that whoever joined by the answer at a path must leave again. The
// owner sees to it where there is one: an administrator cannot remove owners.
func (s *S) oweMember(path string, joined *Response) {
	s.mu.Lock()
	organization, known := s.joins[path]
	s.mu.Unlock()
	uuid := joined.Text("uuid")
	if !known || uuid == "" || s.owns(organization) {
		return
	}
	member := OrgPath(organization, Members, uuid)
	s.Cleanup("member "+member, func(s *S) *Response {
		if organization == s.Target().Organization.ID && s.Target().Credentials["owner"].PersonalAPIKey != "" {
			return s.Owner().Delete(member)
		}
		return s.Admin().Delete(member)
	})
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
