package mock

import (
	"cmp"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// installRequest does what a marketplace's installation does: it makes an
// integration. The real API has no operation for it.
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

// rawObject keeps a JSON object as it was sent.
type rawObject struct{ *pyjson.Object }

func (o *rawObject) UnmarshalJSON(data []byte) error {
	value, err := pyjson.Decode(data)
	if err != nil {
		return err
	}
	object, ok := value.(*pyjson.Object)
	if !ok {
		return fmt.Errorf("config: want an object")
	}
	o.Object = object
	return nil
}

func (b *Sandbox) installIntegration(g *gin.Context) {
	var body installRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	var i *world.Integration
	err := b.store.Update(func(tx *world.Tx) (err error) {
		i, err = b.install(tx, &body)
		return err
	})
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	creator, _ := b.store.View().User(i.CreatedBy)
	var out rest.Writer
	b.core.integrationSerializer.Write(&out, integrationView{i, creator})
	g.Data(http.StatusCreated, "application/json", out.Bytes())
}

func (b *Sandbox) install(tx *world.Tx, body *installRequest) (*world.Integration, error) {
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
	if body.Config.Object == nil {
		body.Config.Object = new(pyjson.Object)
	}
	kind, _ := body.Config.Get("type")
	configType, _ := kind.(string)
	now := b.clock.Now()
	i := &world.Integration{
		ID: b.ids.UUID(now), Organization: o.ID, Kind: body.Kind, IntegrationID: body.IntegrationID,
		Type: configType, Config: pyjson.Append(nil, body.Config.Object), AccessToken: body.AccessToken,
		Upstream: body.Upstream, CreatedBy: creator, CreatedAt: now, UpdatedAt: now,
	}
	tx.PutIntegration(i)
	return i, nil
}
