package terraform_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// called is the body of a role or project that has nothing but a name.
func called(name string) map[string]any { return map[string]any{"name": name} }

func TestReplayOrganization(t *testing.T) {
	g := NewWithT(t)
	tf, profile := newTerraform(t)
	current, _ := at[organization](tf, "/api/organizations/@current/")
	g.Expect(current).To(Equal(organization{tf.organization, profile.Get("organization.slug").String(), current.Name}))
	g.Expect(all[organization](tf, "/api/organizations/")).To(ContainElement(current), "a slug is found in the list")
}

func TestReplayRole(t *testing.T) {
	tf, _ := newTerraform(t)
	path := func(state role) string { return tf.path("/roles/%s/", state.ID) }
	play(t, resource[role]{
		create:  func() role { return write[role](tf, "POST", tf.path("/roles/"), called("Terraform")) },
		read:    func(state role) (role, bool) { return at[role](tf, path(state)) },
		change:  func(state role) role { return write[role](tf, "PATCH", path(state), called("Tofu")) },
		destroy: func(state role) int { return tf.do("DELETE", path(state), nil, nil) },
	})
}

func TestReplayRoleMembership(t *testing.T) {
	tf, profile := newTerraform(t)
	engineers := write[role](tf, "POST", tf.path("/roles/"), called("Terraform"))
	someone := tf.user(profile.Get("credentials.member.email").String())
	memberships := tf.path("/roles/%s/role_memberships/", engineers.ID)
	play(t, resource[roleMembership]{
		create: func() roleMembership {
			created := write[roleMembership](tf, "POST", memberships, map[string]any{"user_uuid": someone.UUID})
			NewWithT(t).Expect(created).To(And(HaveField("RoleID", engineers.ID), HaveField("User.UUID", someone.UUID)))
			return created
		},
		read: func(state roleMembership) (roleMembership, bool) {
			return at[roleMembership](tf, memberships+state.ID+"/")
		},
		destroy: func(state roleMembership) int { return tf.do("DELETE", memberships+state.ID+"/", nil, nil) },
	})
}

func TestReplayOrganizationMember(t *testing.T) {
	g := NewWithT(t)
	tf, profile := newTerraform(t)
	someone := tf.user(profile.Get("credentials.member.email").String())
	path := tf.path("/members/%s/", someone.UUID)
	level := func(level int) member {
		changed := write[member](tf, "PATCH", path, map[string]any{"level": level})
		g.Expect(changed.Level).To(HaveValue(Equal(level)))
		return changed
	}
	read := func(member) (member, bool) {
		for _, one := range all[member](tf, tf.path("/members/")) {
			if one.User != nil && one.User.UUID == someone.UUID {
				return one, true
			}
		}
		return member{}, false
	}
	play(t, resource[member]{
		create: func() member { // adopts who is a member already
			_, there := read(member{})
			g.Expect(there).To(BeTrue())
			return level(8)
		},
		read:    read,
		change:  func(member) member { return level(1) },
		destroy: func(member) int { return tf.do("DELETE", path, nil, nil) },
	})
}

// user is the data source posthog_user: the list of members, searched by address.
func (tf *terraform) user(email string) user {
	tf.t.Helper()
	for _, one := range all[member](tf, tf.path("/members/")) {
		if one.User != nil && one.User.Email != nil && strings.EqualFold(*one.User.Email, email) {
			return *one.User
		}
	}
	tf.t.Fatalf("%s is no member", email)
	return user{}
}

func TestReplayProject(t *testing.T) {
	for name, settings := range map[string]map[string]any{
		"with a time zone":    {"name": "Terraform", "timezone": "Europe/Lisbon"},
		"without a time zone": called("Terraform"),
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			tf, _ := newTerraform(t)
			path := func(state project) string { return tf.path("/projects/%d/", state.ID) }
			play(t, resource[project]{
				create: func() project {
					created := write[project](tf, "POST", tf.path("/projects/"), settings)
					g.Expect(created.Organization).To(HaveValue(Equal(tf.organization)))
					g.Expect(created.APIToken).To(HaveValue(HavePrefix("phc_")))
					g.Expect(created.Timezone).To(HaveValue(Not(BeEmpty())))
					return created
				},
				read: func(state project) (project, bool) { return at[project](tf, path(state)) },
				change: func(state project) project {
					return write[project](tf, "PATCH", path(state), map[string]any{"name": "Tofu", "timezone": *state.Timezone})
				},
				destroy: func(state project) int {
					status := tf.do("DELETE", path(state), nil, nil)
					tf.do("DELETE", fmt.Sprintf("/_understudy/projects/%d", state.ID), nil, nil) // at once, rather than in ten minutes
					return status
				},
			})
		})
	}
}

// TestReplayDataRole looks roles up that do not fit on one page.
func TestReplayDataRole(t *testing.T) {
	g := NewWithT(t)
	tf, _ := newTerraform(t)
	const more = 101
	before := len(all[role](tf, tf.path("/roles/")))
	for i := range more {
		write[role](tf, "POST", tf.path("/roles/"), called(fmt.Sprintf("Role %03d", i)))
	}
	roles := all[role](tf, tf.path("/roles/"))
	g.Expect(roles).To(HaveLen(before + more))
	for _, name := range []string{"Role 000", "Role 100"} {
		g.Expect(roles).To(ContainElement(HaveField("Name", name)))
	}
}
