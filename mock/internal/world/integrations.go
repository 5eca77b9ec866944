package world

import "github.com/understudy-dev/understudy/mock/internal/pyjson"

// MarketplaceToken is what opens the marketplace's API for an integration; "" is
// nothing. Installations of old keep it in their config.
// Source: environment_mapping in posthog/api/organization_integration.py.
func (i *Integration) MarketplaceToken() string {
	if i.AccessToken != "" {
		return i.AccessToken
	}
	found, _ := i.ConfigObject().Get("credentials")
	credentials, _ := found.(*pyjson.Object)
	if credentials == nil {
		return ""
	}
	token, _ := credentials.Get("access_token")
	text, _ := token.(string)
	return text
}

// ConfigObject is an integration's config as JSON object; one that cannot be read is
// empty.
func (i *Integration) ConfigObject() *pyjson.Object {
	decoded, _ := pyjson.Decode(i.Config)
	if config, ok := decoded.(*pyjson.Object); ok && config != nil {
		return config
	}
	return new(pyjson.Object)
}
