package world

import "strconv"

var integrationColumns = &columns[Integration]{
	table: "integration", id: func(i *Integration) string { return i.ID },
	fields: []column[Integration]{
		{name: "organization", value: func(i *Integration) any { return i.Organization }},
		{name: "kind", value: func(i *Integration) any { return i.Kind }},
		{name: "integration_id", value: func(i *Integration) any { return optional(i.IntegrationID) }},
		{name: "config", value: func(i *Integration) any { return raw(i.Config) }},
		{name: "type", value: func(i *Integration) any { return i.Type }},
		secret("access_token", func(i *Integration) any { return nullable(i.AccessToken) }),
		{name: "upstream", value: func(i *Integration) any { return string(i.Mode()) }},
		{name: "created_at", value: func(i *Integration) any { return moment(i.CreatedAt) }},
		{name: "updated_at", value: func(i *Integration) any { return moment(i.UpdatedAt) }},
		{name: "created_by", value: func(i *Integration) any { return nullable(i.CreatedBy) }},
	},
}

var projectPartColumns = &columns[ProjectIntegration]{
	table: "project_integration", id: func(p *ProjectIntegration) string { return strconv.Itoa(p.Project) + "/" + p.Kind },
	fields: []column[ProjectIntegration]{
		{name: "organization", value: func(p *ProjectIntegration) any { return p.Organization }},
		{name: "project", value: func(p *ProjectIntegration) any { return p.Project }},
		{name: "kind", value: func(p *ProjectIntegration) any { return p.Kind }},
	},
}

var txtColumns = &columns[TXTRecord]{
	table: "txt_record", id: func(r *TXTRecord) string { return r.Name },
	fields: []column[TXTRecord]{
		{name: "values", value: func(r *TXTRecord) any { return items(r.Values) }},
	},
}

var mailColumns = &columns[Mail]{
	table: "mail", id: func(m *Mail) string { return strconv.Itoa(m.Seq) },
	fields: []column[Mail]{
		{name: "recipient", value: func(m *Mail) any { return m.Recipient }},
		{name: "reply_to", value: func(m *Mail) any { return m.ReplyTo }},
		{name: "subject", value: func(m *Mail) any { return m.Subject }},
		{name: "text", value: func(m *Mail) any { return m.Text }},
		{name: "html", value: func(m *Mail) any { return m.HTML }},
		{name: "link", value: func(m *Mail) any { return m.Link }},
		{name: "sent_at", value: func(m *Mail) any { return moment(m.SentAt) }},
	},
}

var upstreamCallColumns = &columns[UpstreamCall]{
	table: "upstream_call", id: func(c *UpstreamCall) string { return strconv.Itoa(c.Seq) },
	fields: []column[UpstreamCall]{
		{name: "action", value: func(c *UpstreamCall) any { return c.Action }},
		{name: "method", value: func(c *UpstreamCall) any { return c.Method }},
		{name: "url", value: func(c *UpstreamCall) any { return c.URL }},
		{name: "organization", value: func(c *UpstreamCall) any { return c.Organization }},
		{name: "integration", value: func(c *UpstreamCall) any { return c.Integration }},
		{name: "integration_id", value: func(c *UpstreamCall) any { return c.IntegrationID }},
		{name: "body", value: func(c *UpstreamCall) any { return raw(c.Body) }},
		{name: "outcome", value: func(c *UpstreamCall) any { return c.Outcome }},
		{name: "problem", value: func(c *UpstreamCall) any { return c.Problem }},
		{name: "made_at", value: func(c *UpstreamCall) any { return moment(c.MadeAt) }},
	},
}

// compareUpstream compares how everything upstream answers, which is no row.
func (d *differ) compareUpstream(before, after *World) {
	if was, is := before.UpstreamMode(), after.UpstreamMode(); was != is {
		d.add("upstream", "", Updated, []FieldChange{{"mode", string(was), string(is)}})
	}
}
