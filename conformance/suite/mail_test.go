package suite

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// No invite goes to anybody, and no mail goes out, but by leave of the profile.
func TestWhomScenariosMayInvite(t *testing.T) {
	const refusedAddress, refusedMail = "who is not below mail.domain", "the target profile has no mail.send"
	for _, tc := range []struct {
		name string
		mail target.Mail
		path string
		body any
		said string
	}{
		{"a reserved address", target.Mail{}, Invites, JSON{"target_email": "a@example.com", "send_email": false}, ""},
		{"below a reserved domain", target.Mail{}, Invites, JSON{"target_email": "a@b.test", "send_email": false}, ""},
		{"somebody", target.Mail{}, Invites, JSON{"target_email": "a@posthog.com", "send_email": false}, refusedAddress},
		{"somebody whose domain ends alike", target.Mail{}, Invites, JSON{"target_email": "a@myexample.com", "send_email": false}, refusedAddress},
		{"the profile's domain", target.Mail{Domain: "qa.example.dev"}, Invites, JSON{"target_email": "A@QA.example.dev ", "send_email": false}, ""},
		{"a credential of the profile", target.Mail{}, Invites, JSON{"target_email": "Member@corp.dev", "send_email": false}, ""},
		{"mail", target.Mail{}, Invites, JSON{"target_email": "a@example.com", "send_email": true}, refusedMail},
		{"mail by default", target.Mail{}, Invites, JSON{"target_email": "a@example.com"}, refusedMail},
		{"mail that is allowed", target.Mail{Send: true}, Invites, JSON{"target_email": "a@example.com"}, ""},
		{"several", target.Mail{}, Invites + "/bulk", []JSON{{"target_email": "a@example.com", "send_email": false}, {"target_email": "b@posthog.com"}}, refusedAddress},
		{"nobody", target.Mail{}, Invites, JSON{"level": 3}, ""},
		{"another collection", target.Mail{}, Roles, JSON{"target_email": "a@posthog.com"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			sent := 0
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				sent++
				w.WriteHeader(http.StatusBadRequest)
			}, target.Limits{})
			client.Target.Mail = tc.mail
			client.Target.Credentials["member"] = target.Credential{Email: "member@corp.dev"}
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().Post(s.Org()+tc.path+"/", tc.body) }}, "test")
			if tc.said == "" {
				g.Expect(result.Error).To(BeEmpty())
				g.Expect(sent).To(Equal(1))
				return
			}
			if tc.said == refusedAddress { // leave that a profile may give
				g.Expect(result).To(And(HaveField("CouldNotRun", ContainSubstring(tc.said)), HaveField("Error", "")))
			} else {
				g.Expect(result.Error).To(ContainSubstring(tc.said))
			}
			g.Expect(sent).To(BeZero())
		})
	}
}
