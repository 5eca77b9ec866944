package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The integrations of an organization with marketplaces. They are made by the
// marketplace's own installation; here they can be read, mapped and removed.
// Source: posthog/api/organization_integration.py.

// integrationHandlers are the operations of integrations.
func integrationHandlers() map[string]handler {
	return map[string]handler{
		"org_organizations_integrations_list":             {do: (*call).listIntegrations},
		"org_organizations_integrations_retrieve":         {do: (*call).retrieveIntegration},
		"organization_integrations_destroy":               {ask: (*call).disconnect},
		"integrations_environment_mapping_partial_update": {ask: (*call).mapEnvironments},
	}
}

// integrationView is what an integration is rendered from.
type integrationView struct {
	*world.Integration
	createdBy *world.User // nil is nobody
}

func (c *call) writeIntegration(i *world.Integration) {
	creator, _ := c.view.User(i.CreatedBy)
	show(c, c.api.integrationSerializer, i, i.Cache, creator, func() integrationView { return integrationView{i, creator} })
}

// integrationBindings are the properties of an integration.
func integrationBindings() []rest.Binding[integrationView, *call] {
	return []rest.Binding[integrationView, *call]{
		{Name: "id", Write: func(w *rest.Writer, i integrationView) { w.String(i.ID) }},
		{Name: "kind", Write: func(w *rest.Writer, i integrationView) { w.String(i.Kind) }},
		{Name: "integration_id", Write: func(w *rest.Writer, i integrationView) { w.OptString(i.IntegrationID) }},
		{Name: "config", Write: func(w *rest.Writer, i integrationView) { w.Raw(i.Config) }},
		{Name: "created_at", Write: func(w *rest.Writer, i integrationView) { w.Time(i.CreatedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, i integrationView) { w.Time(i.UpdatedAt) }},
		{Name: "created_by", Write: func(w *rest.Writer, i integrationView) { writeBasicUser(w, i.createdBy) }},
	}
}

// connectableType is the config.type of integrations that are not billed by the
// marketplace. Only they have an environment mapping.
const connectableType = "connectable"

// integration finds the integration that the path names.
func (c *call) integration() (*world.Integration, error) {
	if i, ok := c.view.Integration(c.organization.ID, c.id()); ok {
		return i, nil
	}
	return nil, rest.ErrNotFound
}

// showIntegration answers with an integration.
func (c *call) showIntegration(i *world.Integration) (int, error) {
	c.writeIntegration(i)
	return http.StatusOK, nil
}

// listIntegrations lists the integrations of the organization.
func (c *call) listIntegrations() (int, error) {
	return listPage(c, c.view.Integrations(c.organization.ID), c.writeIntegration)
}

// retrieveIntegration shows one integration.
func (c *call) retrieveIntegration() (int, error) {
	i, err := c.integration()
	if err != nil {
		return 0, err
	}
	return c.showIntegration(i)
}

var errUnpaid = rest.Conflict("open_invoices_error",
	"This integration has unpaid invoices that must be resolved before disconnecting. "+
		"Please contact support@posthog.com for help.")

// disconnect ends the billing of a marketplace installation upstream, before the
// integration is deleted. Anything but unpaid invoices is no reason to keep it.
func (c *call) disconnect() (action, error) {
	i, err := c.integration()
	if err != nil || !billed(i) {
		return (*call).deleteIntegration, err
	}
	outcome, err := c.uninstall(i)
	if err != nil {
		return nil, err
	}
	if outcome == sandbox.OutcomeUnpaid {
		return (*call).refuseUnpaid, nil
	}
	return (*call).deleteIntegration, nil
}

// refuseUnpaid keeps an integration whose invoices are unpaid.
func (c *call) refuseUnpaid() (int, error) {
	if _, err := c.integration(); err != nil {
		return 0, err
	}
	return 0, errUnpaid
}

// deleteIntegration deletes the integration that the path names.
func (c *call) deleteIntegration() (int, error) {
	i, err := c.integration()
	if err != nil {
		return 0, err
	}
	c.tx.DeleteIntegration(i)
	return c.noContent()
}

// environments are the deployments of a marketplace project, in their order.
var environments = []string{"production", "preview", "development"}

// environmentBindings are the properties of an environment mapping.
func environmentBindings() []rest.Binding[struct{}, *call] {
	bindings := make([]rest.Binding[struct{}, *call], len(environments))
	for i, name := range environments {
		bindings[i].Name = name
	}
	return bindings
}

// readMapping finds the integration that the path names and reads the mapping
// that it shall have.
func (c *call) readMapping() (*world.Integration, *pyjson.Object, error) {
	found, err := c.integration()
	if err != nil {
		return nil, nil, err
	}
	if found.Type != connectableType {
		return nil, nil, rest.Plain("Environment mapping is only supported for connectable integrations.")
	}
	attrs, err := validate(c, c.api.environmentSerializer, rest.Mode{})
	if err != nil {
		return nil, nil, err
	}
	mapping, err := c.environmentMapping(attrs)
	return found, mapping, err
}

// mapEnvironments says which project each environment reports to. The marketplace is
// told first.
func (c *call) mapEnvironments() (action, error) {
	if err := c.importMapping(); err != nil {
		return nil, err
	}
	return (*call).saveMapping, nil
}

// saveMapping stores what was mapped.
func (c *call) saveMapping() (int, error) {
	found, mapping, err := c.readMapping()
	if err != nil {
		return 0, err
	}
	i := *found
	if i.Config, err = withMapping(found.Config, mapping); err != nil {
		return 0, err
	}
	// updated_at stays: the real server saves the column config alone.
	c.tx.PutIntegration(&i)
	for _, name := range environments {
		project, _ := mapping.Get(name)
		c.tx.PutProjectIntegration(&world.ProjectIntegration{
			Organization: i.Organization, Kind: i.Kind, Project: int(project.(int64)),
		})
	}
	return c.showIntegration(&i)
}

// environmentMapping checks that each project is the organization's own. The
// environments that were not sent follow production.
func (c *call) environmentMapping(attrs *rest.Attrs) (*pyjson.Object, error) {
	mapping := new(pyjson.Object)
	production, _ := rest.Value[any](attrs, "production")
	for _, name := range environments {
		sent, ok := rest.Value[any](attrs, name)
		if !ok {
			sent = production
		}
		// A number beyond the database's range names no project. The real
		// server fails with 500 there.
		number, fits := sent.(int64)
		project, exists := c.view.Project(int(number))
		if !fits || !exists || project.Organization != c.organization.ID {
			return nil, rest.Plain("Project " + pytext.Str(sent) + " does not belong to this organization.")
		}
		mapping.Set(name, number)
	}
	return mapping, nil
}

// withMapping replaces the mapping in an integration's config.
func withMapping(config []byte, mapping *pyjson.Object) ([]byte, error) {
	decoded, err := pyjson.Decode(config)
	if err != nil {
		return nil, fmt.Errorf("config of an integration: %w", err)
	}
	object, ok := decoded.(*pyjson.Object)
	if !ok {
		object = new(pyjson.Object)
	}
	object.Set("environment_mapping", mapping)
	return pyjson.Append(nil, object), nil
}

// What the integrations ask upstream.

// The services that the real server calls.
const (
	billingService = "https://billing.posthog.com"
	vercelAPI      = "https://api.vercel.com/v1"
)

// billed reports whether an integration is an installation of a marketplace,
// which upstream must let go of.
func billed(i *world.Integration) bool {
	return i.Type != connectableType && i.IntegrationID != nil && *i.IntegrationID != ""
}

// uninstall ends the billing of a marketplace installation, and returns the outcome.
func (c *call) uninstall(i *world.Integration) (outcome string, err error) {
	var body rest.Writer
	body.Object()
	body.Key("billing_provider").String(i.Kind)
	body.End()
	return c.sandbox.CallUpstream(c.request.Context(), sandbox.UpstreamCall{
		Action: sandbox.UninstallAction, Method: http.MethodPost, URL: billingService + "/api/activate/authorize/uninstall",
		Organization: i.Organization, Integration: i.ID, IntegrationID: *i.IntegrationID, Body: body.Bytes(),
	}, c.now)
}

// importMapping tells the marketplace about a new environment mapping, if there
// are credentials to do so. The real server ignores what comes of it, and saves
// the mapping first; nobody can tell the difference.
func (c *call) importMapping() error {
	i, mapping, err := c.readMapping()
	if err != nil {
		return err
	}
	if i.MarketplaceToken() == "" || i.IntegrationID == nil || *i.IntegrationID == "" {
		return nil
	}
	projects := map[string]*world.Project{}
	for _, name := range environments {
		number, _ := mapping.Get(name)
		projects[name], _ = c.view.Project(int(number.(int64)))
	}
	production := projects[environments[0]]
	// The real resource has a number of its own, which this API never shows.
	resource := strconv.Itoa(production.ID)
	_, err = c.sandbox.CallUpstream(c.request.Context(), sandbox.UpstreamCall{
		Action: sandbox.ImportAction, Method: http.MethodPut,
		URL:          vercelAPI + "/installations/" + url.PathEscape(*i.IntegrationID) + "/resources/" + resource,
		Organization: i.Organization, Integration: i.ID, IntegrationID: *i.IntegrationID,
		Body: c.importBody(production, projects),
	}, c.now)
	return err
}

// importBody is what the marketplace learns: the resource, and the variables
// that it sets in each environment.
func (c *call) importBody(production *world.Project, projects map[string]*world.Project) []byte {
	var body rest.Writer
	body.Object()
	body.Key("productId").String("posthog")
	body.Key("name").String(production.Name)
	body.Key("status").String("ready")
	body.Key("ownership").String("linked")
	body.Key("secrets")
	body.Array()
	body.Object()
	body.Key("name").String("NEXT_PUBLIC_POSTHOG_KEY")
	body.Key("value").String(production.APIToken)
	// Which form the real server gives the values of single environments is not
	// documented; this is the marketplace's.
	body.Key("environmentOverrides")
	body.Object()
	for _, name := range environments {
		body.Key(name).String(projects[name].APIToken)
	}
	body.End()
	body.End()
	body.Object()
	body.Key("name").String("NEXT_PUBLIC_POSTHOG_HOST")
	body.Key("value").String(c.publicSite())
	body.End()
	body.EndArray()
	body.End()
	return body.Bytes()
}
