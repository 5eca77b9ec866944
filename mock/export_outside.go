package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// What the API meets outside: marketplaces, DNS, mail.

func (e *exporter) integrations(o *world.Organization) (list []fixtures.Integration) {
	e.view.Integrations(o.ID).All(func(i *world.Integration) bool {
		integration := fixtures.Integration{
			ID: i.ID, Kind: i.Kind, IntegrationID: own(i.IntegrationID), AccessToken: i.AccessToken,
			UnpaidInvoices: i.Upstream == world.UpstreamUnpaid, UpstreamDown: i.Upstream == world.UpstreamDown,
			CreatedBy: e.maker(i.CreatedBy), CreatedAt: e.at(i.CreatedAt), UpdatedAt: e.at(i.UpdatedAt),
		}
		config, text := jsonValue(i.Config)
		integration.Config, _ = config.(fixtures.Object)
		integration.ConfigJSON = text
		list = append(list, integration)
		return true
	})
	return list
}

func (e *exporter) dns() (list []fixtures.TXTRecord) {
	for _, r := range e.view.AllTXT() {
		list = append(list, fixtures.TXTRecord{Name: r.Name, Values: said(r.Values)})
	}
	return list
}

func (e *exporter) upstream() (u fixtures.Upstream) {
	if mode := e.view.UpstreamMode(); mode != world.UpstreamUp {
		u.Mode = string(mode)
	}
	for _, c := range e.view.UpstreamCalls() {
		u.Calls = append(u.Calls, fixtures.UpstreamCall{
			Action: c.Action, Method: c.Method, URL: c.URL, Organization: c.Organization, Integration: c.Integration,
			IntegrationID: c.IntegrationID, BodyJSON: string(c.Body), Outcome: c.Outcome, Problem: c.Problem, MadeAt: e.at(c.MadeAt),
		})
	}
	return u
}

func (e *exporter) outbox() (list []fixtures.Mail) {
	for _, m := range e.view.Mail() {
		list = append(list, fixtures.Mail{
			Recipient: m.Recipient, ReplyTo: m.ReplyTo, Subject: m.Subject, Link: m.Link, SentAt: e.at(m.SentAt), Text: m.Text, HTML: m.HTML,
		})
	}
	return list
}
