package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// integrationKeys are the properties of an integration, userKeys those of a user
// as others see one, in their order.
var (
	integrationKeys = strings.Fields("id kind integration_id config created_at updated_at created_by")
	userKeys        = strings.Fields(`id uuid distinct_id first_name last_name email is_email_verified hedgehog_config role_at_organization`)
)

const unpaidInvoices = "This integration has unpaid invoices that must be resolved before disconnecting. Please contact support@posthog.com for help."

func integrations() []suite.Scenario {
	retrieve, list := []string{"org_organizations_integrations_retrieve"}, []string{"org_organizations_integrations_list"}
	destroy := []string{"organization_integrations_destroy"}
	return []suite.Scenario{
		{
			ID: "integrations.retrieve.known", Title: "An integration can be read",
			Covers: retrieve, Needs: with(admin, suite.Integration("connectable")), Access: suite.Read,
			Run: func(s *suite.S) {
				known := s.KnownIntegration("connectable")
				s.Admin().Get(known.Path()).Status(200).Keys("", integrationKeys...).Has("id", known.ID).Has("config.type", "connectable")
			},
		},
		{
			ID: "integrations.retrieve.creator", Title: "Who installed an integration is shown as others see a user",
			Covers: retrieve, Needs: with(admin, suite.Integration("marketplace")), Access: suite.Read,
			Run: func(s *suite.S) {
				shown := s.Admin().Get(s.KnownIntegration("marketplace").Path()).Status(200)
				if shown.Get("created_by").IsObject() {
					shown.Keys("created_by", userKeys...)
				}
			},
		},
		{
			ID: "integrations.retrieve.unknown", Title: "An integration that does not exist is not found",
			Covers: retrieve, Needs: admin, Access: suite.Read, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org(suite.Integrations, suite.Nowhere)).NotFound()
				s.Admin().Get(s.Org(suite.Integrations, "nothing")).NotFound()
			},
		},
		{
			ID: "integrations.list.known", Title: "The list holds the known integrations",
			Covers: list, Needs: with(admin, suite.Integration("connectable"), suite.Integration("marketplace")), Access: suite.Read,
			Run: func(s *suite.S) {
				s.Lists(s.Admin(), s.Org(suite.Integrations), s.KnownIntegration("connectable"), true)
				s.Lists(s.Admin(), s.Org(suite.Integrations), s.KnownIntegration("marketplace"), true)
			},
		},
		{
			ID: "integrations.list.page", Title: "The list comes in pages",
			Covers: list, Needs: admin, Access: suite.Read, Aspect: suite.Pagination,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org(suite.Integrations)).Status(200).Keys("", "count", "next", "previous", "results")
			},
		},
		{
			ID: "integrations.list.member", Title: "Members can read integrations",
			Covers: list, Needs: []suite.Need{suite.KeyOf("member")}, Access: suite.Read, Aspect: suite.Permission,
			Run: func(s *suite.S) { s.Member().Get(s.Org(suite.Integrations)).Status(200) },
		},
		{
			ID: "integrations.delete.unpaid", Title: "An integration with unpaid invoices cannot be disconnected",
			Covers: destroy, Needs: with(admin, suite.AnyIntegration("unpaid")), Access: suite.Write,
			Run: func(s *suite.S) {
				unpaid := s.UnpaidIntegration()
				for range 2 { // however often it is tried
					s.Admin().Delete(unpaid.Path()).Refused(409, "open_invoices_error", unpaidInvoices, "")
				}
				s.Admin().Get(unpaid.Path()).Status(200)
			},
		},
		{
			ID: "integrations.delete.unpaid_connectable", Title: "Connectable integrations are not billed: their invoices do not matter",
			Covers: destroy, Needs: with(admin, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				installed := s.NewIntegration(suite.JSON{"integration_id": s.Name(), "config": suite.JSON{"type": "connectable"}, "unpaid_invoices": true})
				s.Admin().Delete(installed.Path()).Empty()
			},
		},
		{
			ID: "integrations.delete.gone", Title: "A disconnected integration is gone",
			Covers: destroy, Needs: with(admin, suite.AnyIntegration("disposable")), Access: suite.Write,
			Run: func(s *suite.S) {
				installed := s.DisposableIntegration("marketplace")
				s.Lists(s.Admin(), s.Org(suite.Integrations), installed, true)
				s.Admin().Delete(installed.Path()).Empty()
				s.Admin().Get(installed.Path()).NotFound()
				s.Admin().Delete(installed.Path()).NotFound()
			},
		},
		{
			ID: "integrations.delete.connectable", Title: "A connectable integration can be disconnected",
			Rules: []string{"integrations.delete.gone"}, Covers: destroy, Needs: with(admin, suite.AnyIntegration("disposable_connectable")), Access: suite.Write,
			Run: func(s *suite.S) {
				installed := s.DisposableIntegration("connectable")
				s.Admin().Delete(installed.Path()).Empty()
				s.Admin().Get(installed.Path()).NotFound()
				s.Lists(s.Admin(), s.Org(suite.Integrations), installed, false)
			},
		},
		{
			ID: "integrations.delete.unknown", Title: "An integration that does not exist cannot be disconnected",
			Covers: destroy, Needs: admin, Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) { s.Admin().Delete(s.Org(suite.Integrations, suite.Nowhere)).NotFound() },
		},
		{
			ID: "integrations.create.impossible", Title: "Integrations are not made through this API",
			Covers: list, Needs: adminSession, Access: suite.Write, Aspect: suite.Protocol,
			Run: func(s *suite.S) {
				s.Session("admin").Post(s.Org(suite.Integrations), suite.JSON{"kind": "vercel"}).
					Refused(405, "method_not_allowed", `Method "POST" not allowed.`, "")
			},
		},
		{
			ID: "integrations.list.config_order", Title: "The settings of an integration keep the order in which they were sent",
			Covers: retrieve, Needs: with(admin, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				installed := s.NewIntegration(suite.JSON{"config": suite.JSON{"type": "connectable", "alpha": []int{1}, "zeta": nil}})
				s.Expect(s.Admin().Get(installed.Path()).Get("config").Raw).To(gomega.MatchJSON(`{"alpha":[1],"type":"connectable","zeta":null}`))
				single := s.Admin().Get(installed.Path()).Get("config.@ugly").Raw
				s.Expect(s.Admin().All(s.Org(suite.Integrations)).Get(`results.#(id=="`+installed.ID+`").config.@ugly`).Raw).To(gomega.Equal(single), "in the list, in the same order")
			},
		},
	}
}
