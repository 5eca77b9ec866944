package dashboard_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
	"golang.org/x/net/html"

	"github.com/understudy-dev/understudy/mock"
)

// adminKey is a key of the world "default" that may do anything.
const adminKey = "phx_understudy_admin_00000000000000000000000000"

// hedgerow is an organization of the world "default" with everything in it.
const hedgerow = "01900000-0001-7000-8000-000000000001"

// site is a running fake, and a reader of its dashboard in one sandbox.
type site struct {
	t      *testing.T
	fake   *mock.Running
	prefix string // of the sandbox
	client *http.Client
}

// newSite starts a fake. The sandbox "default" has no prefix.
func newSite(t *testing.T, prefix string, options ...mock.Option) *site {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, mock.Start(t, options...), prefix, &http.Client{Jar: jar}}
}

// address is a page of the dashboard.
func (s *site) address(page string) string { return s.fake.URL + s.prefix + "/_understudy/" + page }

func (s *site) do(method, address, contentType, body string, header ...string) (*http.Response, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response, string(data)
}

// read opens a page that must be there.
func (s *site) read(page string) *html.Node {
	s.t.Helper()
	response, body := s.do(http.MethodGet, s.address(page), "", "")
	NewWithT(s.t).Expect(response).To(HaveHTTPStatus(http.StatusOK), "%s: %.300s", page, text(parse(s.t, body)))
	return parse(s.t, body)
}

// submit sends a form as a browser does, and returns the page that follows.
func (s *site) submit(page string, fields url.Values) *html.Node {
	s.t.Helper()
	response, body := s.do(http.MethodPost, s.address(page), "application/x-www-form-urlencoded", fields.Encode(), "Origin", s.fake.URL)
	NewWithT(s.t).Expect(response).To(HaveHTTPStatus(http.StatusOK), "%s: %.300s", page, body)
	NewWithT(s.t).Expect(response.Request.Method).To(Equal(http.MethodGet), "a form leads on to a page")
	return parse(s.t, body)
}

// control asks the control plane itself.
func (s *site) control(path string) gjson.Result {
	s.t.Helper()
	_, body := s.do(http.MethodGet, s.address(path), "", "")
	return gjson.Parse(body)
}

// call calls the API as the administrator, or the control plane.
func (s *site) call(method, path, body string) gjson.Result {
	s.t.Helper()
	response, answer := s.do(method, s.fake.URL+s.prefix+path, "application/json", body, "Authorization", "Bearer "+adminKey)
	NewWithT(s.t).Expect(response.StatusCode).To(BeNumerically("<", 300), "%s %s: %s", method, path, answer)
	return gjson.Parse(answer)
}

func parse(t *testing.T, body string) *html.Node {
	t.Helper()
	node, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return node
}

// all are the elements of a name within a node, and those of any name for "".
func all(within *html.Node, name string) (found []*html.Node) {
	for node := range within.Descendants() {
		if node.Type == html.ElementNode && (name == "" || node.Data == name) {
			found = append(found, node)
		}
	}
	return found
}

// attribute is the value of an attribute, "" when it is not there.
func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	for _, a := range node.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// text is what a reader sees in a node, in one line.
func text(node *html.Node) string {
	var words strings.Builder
	for below := range node.Descendants() {
		if below.Type == html.TextNode && below.Parent.Data != "script" && below.Parent.Data != "style" {
			words.WriteString(below.Data + " ")
		}
	}
	return strings.Join(strings.Fields(words.String()), " ")
}

// part is the text of the element with an id.
func part(page *html.Node, id string) string {
	for _, node := range all(page, "") {
		if attribute(node, "id") == id {
			return text(node)
		}
	}
	return ""
}
