package dashboard

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"golang.org/x/net/html"
)

func TestHighlight(t *testing.T) {
	for _, tc := range []struct{ name, text, shown string }{
		{"an object", `{"a":1}`, "{\n  <span class=\"j-name\">&#34;a&#34;:</span> <span class=\"j-word\">1</span>\n}"},
		{"markup in a text", `["<b>\" </b>"]`, "[\n  <span class=\"j-text\">&#34;&lt;b&gt;\\&#34; &lt;/b&gt;&#34;</span>\n]"},
		{"a text that looks like a name", `["a:", true]`, "[\n  <span class=\"j-text\">&#34;a:&#34;</span>,\n  <span class=\"j-word\">true</span>\n]"},
		{"no JSON", `<p>{"a":1`, "&lt;p&gt;{&#34;a&#34;:1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(string(highlight(tc.text))).To(Equal(tc.shown))
		})
	}
}

// FuzzHighlight makes sure that colours add nothing to a text but colours.
func FuzzHighlight(f *testing.F) {
	for _, seed := range []string{`{"a": [1, -2.5e3, "x\"<script>", null]}`, `"</pre>"`, `<script>`, "[\"\u2028\", \"\\u003c\"]", `{"a":1,}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\x00\r") {
			t.Skip("HTML has other signs for these")
		}
		g := NewWithT(t)
		nodes, err := html.ParseFragment(strings.NewReader("<pre>x"+string(highlight(text))+"</pre>"), nil)
		g.Expect(err).NotTo(HaveOccurred())
		var shown strings.Builder
		for _, root := range nodes {
			for node := range root.Descendants() {
				switch {
				case node.Type == html.TextNode:
					shown.WriteString(node.Data)
				case node.Data != "pre":
					g.Expect(node.Data).To(BeElementOf("span", "html", "head", "body"))
				}
			}
		}
		g.Expect(shown.String()).To(Equal("x" + indentJSON([]byte(text))))
	})
}
