package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// What the integrations ask upstream.

// The services that the real server calls.
const (
	billingService = "https://billing.posthog.com"
	vercelAPI      = "https://api.vercel.com/v1"
)

// billed tells whether an integration is an installation of a marketplace,
// which upstream must let go of.
func billed(i *world.Integration) bool {
	return i.Type != connectable && i.IntegrationID != nil && *i.IntegrationID != ""
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
	i, mapping, err := c.newMapping()
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
