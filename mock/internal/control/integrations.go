package control

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// integrationRow represents an integration.
type integrationRow struct {
	ID            string          `json:"id"`
	Organization  string          `json:"organization"`
	Kind          string          `json:"kind"`
	IntegrationID *string         `json:"integration_id"`
	Config        json.RawMessage `json:"config"`
	// EnvironmentMapping is the part of the config that says which project each
	// environment reports to; null when there is none.
	EnvironmentMapping json.RawMessage    `json:"environment_mapping"`
	CreatedBy          string             `json:"created_by"` // an e-mail; "" is nobody
	CreatedAt          time.Time          `json:"created_at"`
	UpdatedAt          time.Time          `json:"updated_at"`
	Upstream           world.UpstreamMode `json:"upstream"`
	// EffectiveUpstream takes the mode of the whole sandbox into account.
	EffectiveUpstream world.UpstreamMode `json:"effective_upstream"`
	HasAccessToken    bool               `json:"has_access_token"`
}

func showIntegrationRow(c *call, i *world.Integration) integrationRow {
	row := integrationRow{
		ID: i.ID, Organization: i.Organization, Kind: i.Kind, IntegrationID: i.IntegrationID, Config: i.Config,
		CreatedBy: c.emailOf(i.CreatedBy), CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
		Upstream: cmp.Or(i.Upstream, world.UpstreamUp), EffectiveUpstream: c.view.UpstreamModeOf(i),
		HasAccessToken: i.MarketplaceToken() != "",
	}
	if mapping, ok := i.ConfigObject().Get("environment_mapping"); ok {
		row.EnvironmentMapping = pyjson.Append(nil, mapping)
	}
	return row
}

var integrationResource = resource[world.Integration, integrationRow]{
	name: "integration", notFound: "no_such_integration",
	list: (*world.World).Integrations, find: (*world.World).IntegrationByID,
	represent: showIntegrationRow, delete: (*world.Tx).DeleteIntegration,
}

// integrationChange is the body of a change to an integration. Fields that are not sent
// keep their values.
type integrationChange struct {
	Upstream    *world.UpstreamMode `json:"upstream"`
	AccessToken *string             `json:"access_token"`
}

func (c *call) changeIntegration(found *world.Integration, change *integrationChange) (integrationRow, error) {
	if change.Upstream != nil {
		if err := checkUpstreamMode("upstream", *change.Upstream); err != nil {
			return integrationRow{}, err
		}
		if err := checkWorldUpstream(c.sandbox); err != nil {
			return integrationRow{}, err
		}
	}
	i := *found
	setIfSent(&i.Upstream, change.Upstream)
	setIfSent(&i.AccessToken, change.AccessToken)
	c.tx.PutIntegration(&i)
	return showIntegrationRow(c, &i), nil
}

// installRequest creates an integration, as installing the app on a marketplace does. The
// real API has no operation for it.
type installRequest struct {
	Organization   string             `json:"organization"` // id or slug
	Kind           string             `json:"kind"`         // default "vercel"
	IntegrationID  *string            `json:"integration_id"`
	Config         rawObject          `json:"config"`
	AccessToken    string             `json:"access_token"`
	Upstream       world.UpstreamMode `json:"upstream"`        // default "up"
	UnpaidInvoices bool               `json:"unpaid_invoices"` // short for upstream "unpaid_invoices"
	CreatedBy      string             `json:"created_by"`      // e-mail; "" is nobody
}

// rawObject is a JSON object as it was sent. Its texts may contain null characters:
// [worldfile.FindNullCharacter] does not read unexported fields.
type rawObject struct{ object *pyjson.Object }

func (o *rawObject) UnmarshalJSON(data []byte) error {
	value, err := pyjson.Decode(data)
	if err != nil {
		return err
	}
	object, ok := value.(*pyjson.Object)
	if !ok {
		return fmt.Errorf("config: want an object")
	}
	o.object = object
	return nil
}

func (p *Plane) installIntegration(s *sandbox.Sandbox, g *gin.Context) {
	var body installRequest
	if !readBody(g, &body) {
		return
	}
	var i *world.Integration
	err := s.Store.Update(func(tx *world.Tx) (err error) {
		i, err = createIntegration(s, tx, &body)
		return err
	})
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	creator, _ := s.Store.View().User(i.CreatedBy)
	var out rest.Writer
	p.WriteIntegration(&out, i, creator)
	g.Data(http.StatusCreated, "application/json", out.Bytes())
}

func createIntegration(s *sandbox.Sandbox, tx *world.Tx, body *installRequest) (*world.Integration, error) {
	o, ok := findOrganization(&tx.World, body.Organization)
	if !ok {
		return nil, fmt.Errorf(`"organization" names no organization: %q; send its id or slug`, body.Organization)
	}
	creator := 0
	if body.CreatedBy != "" {
		user, ok := tx.UserByEmail(body.CreatedBy)
		if !ok {
			return nil, fmt.Errorf(`"created_by" names no user: %q`, body.CreatedBy)
		}
		creator = user.ID
	}
	if body.UnpaidInvoices {
		body.Upstream = cmp.Or(body.Upstream, world.UpstreamUnpaid)
	}
	body.Upstream = cmp.Or(body.Upstream, world.UpstreamUp)
	if err := checkUpstreamMode("upstream", body.Upstream); err != nil {
		return nil, err
	}
	if body.UnpaidInvoices && body.Upstream != world.UpstreamUnpaid {
		return nil, fmt.Errorf(`"unpaid_invoices" is short for "upstream": %q, but "upstream" is %q`, world.UpstreamUnpaid, body.Upstream)
	}
	if body.Kind == "" {
		body.Kind = "vercel"
	}
	if body.Config.object == nil {
		body.Config.object = new(pyjson.Object)
	}
	kind, _ := body.Config.object.Get("type")
	configType, _ := kind.(string)
	now := s.Clock.Now()
	i := &world.Integration{
		ID: s.IDs.UUID(now), Organization: o.ID, Kind: body.Kind, IntegrationID: body.IntegrationID,
		Type: configType, Config: pyjson.Append(nil, body.Config.object), AccessToken: body.AccessToken,
		Upstream: body.Upstream, CreatedBy: creator, CreatedAt: now, UpdatedAt: now,
	}
	tx.PutIntegration(i)
	return i, nil
}
