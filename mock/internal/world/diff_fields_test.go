package world_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// kind is a kind of rows: a row of it, how it is stored, and which of its fields Diff
// leaves out.
type kind struct {
	table   string
	row     any
	put     func(*world.Tx, any)
	ignored []string
}

func kindOf[T any](table string, put func(*world.Tx, *T), row T, ignored ...string) kind {
	return kind{table, row, func(tx *world.Tx, row any) { changed := row.(T); put(tx, &changed) }, ignored}
}

func answering(json string) func() []byte { return func() []byte { return []byte(json) } }

// kinds are all there are. Numbers that a transaction gives out itself are no fields
// of the outbox and of the calls upstream that anybody could change.
var kinds = []kind{
	kindOf("organization", (*world.Tx).PutOrganization, world.Organization{ID: "a"}),
	kindOf("user", (*world.Tx).PutUser, world.User{ID: 1}),
	kindOf("organization_member", (*world.Tx).PutMembership, world.Membership{ID: "a"}),
	kindOf("personal_api_key", (*world.Tx).PutKey, world.Key{ID: "a"}),
	kindOf("session", (*world.Tx).PutSession, world.Session{Key: "a"}),
	kindOf("project", (*world.Tx).PutProject, world.Project{ID: 1}),
	kindOf("domain", (*world.Tx).PutDomain, world.Domain{ID: "a"}, "Cache"), // what was rendered, no state
	kindOf("identity_provider_config", (*world.Tx).PutConfig, world.IdentityProviderConfig{ID: "a"}, "Cache"),
	kindOf("identity_provider_config_domain", func(tx *world.Tx, l *world.ConfigLink) { tx.LinkDomains(l.Config, []string{l.Domain}) },
		world.ConfigLink{Config: "a", Domain: "a"}),
	kindOf("integration", (*world.Tx).PutIntegration, world.Integration{ID: "a"}, "Cache"),
	kindOf("project_integration", (*world.Tx).PutProjectIntegration, world.ProjectIntegration{Project: 1}),
	kindOf("invite", (*world.Tx).PutInvite, world.Invite{ID: "a"}, "Cache"),
	kindOf("role", (*world.Tx).PutRole, world.Role{ID: "a"}),
	kindOf("role_membership", (*world.Tx).PutRoleMembership, world.RoleMembership{ID: "a"}),
	kindOf("provisioned_user", (*world.Tx).PutProvisioned, world.ProvisionedUser{Provisioner: "a"}),
	kindOf("scim_log", (*world.Tx).PutSCIMLog, world.SCIMLog{ID: "a", ResponseBody: answering("{}")}),
	kindOf("txt_record", (*world.Tx).PutTXT, world.TXTRecord{Name: "a"}),
	kindOf("mail", func(tx *world.Tx, m *world.Mail) { tx.ClearMail(); tx.Send(*m) }, world.Mail{}, "Seq"),
	kindOf("upstream_call", func(tx *world.Tx, c *world.UpstreamCall) { tx.ClearUpstreamCalls(); tx.RecordUpstreamCall(*c) },
		world.UpstreamCall{}, "Seq"),
}

func TestEveryTableIsCompared(t *testing.T) {
	g := NewWithT(t)
	tables := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[world.World]()) {
		if strings.HasPrefix(field.Type.String(), "*world.table[") {
			tables++
		}
	}
	g.Expect(kinds).To(HaveLen(tables), "add the table to Diff, and a kind of rows here")
}

// A change of any field of any row is a change, unless it is listed as ignored.
func TestEveryFieldIsCompared(t *testing.T) {
	for _, k := range kinds {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(k.row)) {
			if field.Anonymous {
				continue // its own fields are visible
			}
			t.Run(k.table+"/"+field.Name, func(t *testing.T) {
				g := NewWithT(t)
				changed := reflect.New(reflect.TypeOf(k.row)).Elem()
				changed.Set(reflect.ValueOf(k.row))
				another(t, changed.FieldByIndex(field.Index))
				changes := world.Diff(storing(k, k.row), storing(k, changed.Interface()))
				if slices.Contains(k.ignored, field.Name) {
					g.Expect(changes).To(BeEmpty())
					return
				}
				g.Expect(changes).NotTo(BeEmpty(), "add a column for the field")
				for _, change := range changes {
					g.Expect(change.Table).To(Equal(k.table))
					for _, f := range change.Fields {
						g.Expect(f.Name).To(MatchRegexp(`^[a-z0-9]+(_[a-z0-9]+)*$`))
					}
				}
				if changes[0].Action == world.Updated {
					g.Expect(changes).To(HaveExactElements(HaveField("Fields", HaveLen(1))))
				} else { // the field is part of the key
					g.Expect(changes).To(ConsistOf(HaveField("Action", world.Deleted), HaveField("Action", world.Created)))
				}
			})
		}
	}
}

func storing(k kind, row any) *world.World {
	return after(world.Empty(), func(tx *world.Tx) { k.put(tx, row) })
}

// after is a world after a transaction.
func after(w *world.World, change func(*world.Tx)) *world.World {
	s := world.NewStore(w)
	_ = s.Update(func(tx *world.Tx) error {
		change(tx)
		return nil
	})
	return s.View()
}

// another gives a field a value that it did not have.
func another(t *testing.T, field reflect.Value) {
	t.Helper()
	switch value := field.Addr().Interface().(type) {
	case *func() []byte:
		*value = answering(`{"another": 1}`)
		return
	case *time.Time:
		*value = value.Add(time.Microsecond)
		return
	case *[]byte:
		*value = []byte(`{"another": 1}`)
		return
	}
	switch field.Kind() {
	case reflect.String:
		field.SetString(field.String() + "x")
	case reflect.Int:
		field.SetInt(field.Int() + 1)
	case reflect.Bool:
		field.SetBool(!field.Bool())
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
	case reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), 1, 1))
	default:
		t.Fatalf("another value of %s: say here how to make one", field.Type())
	}
}
