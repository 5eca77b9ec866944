package suite

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Links wants the value at a path to be the address of the request with another
// query, such as "limit=2&offset=2", or one of others. In which order the parameters
// stand, and by which protocol a server behind a proxy believes to be called, is free.
func (r *Response) Links(path, query string, or ...string) *Response {
	r.s.count()
	asked, _ := url.Parse(r.exchange.URL) // it was sent
	text := r.value(path).String()
	link, err := url.Parse(text)
	if err != nil || link.Host != asked.Host || link.Path != asked.Path || !slices.ContainsFunc(append(or, query), func(one string) bool {
		wanted, _ := url.ParseQuery(one)
		return maps.EqualFunc(link.Query(), wanted, slices.Equal)
	}) {
		asked.RawQuery = query
		r.s.fail("expected " + path + " to be " + asked.String() + ", got " + orNothing(text))
	}
	r.saw(path)
	return r
}

// sameProtocol is an address with the protocol of the target's own where it leads to
// its host: a server behind a proxy may not know by which it is called, and no
// credentials go another way than the profile says.
func (c *Client) sameProtocol(address string) string {
	own, err := url.Parse(c.Target.BaseURL)
	if err != nil {
		return address
	}
	for _, scheme := range []string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(address, scheme+own.Host); ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
			return own.Scheme + "://" + own.Host + rest
		}
	}
	return address
}
