package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	. "github.com/onsi/gomega"
)

// devServer is a frontend development server: it says what it was asked, echoes over
// a web socket, and streams an event at first and whenever somebody asks for more.
func devServer(t *testing.T) *httptest.Server {
	t.Helper()
	mux, more := http.NewServeMux(), make(chan bool)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "page %s of %s for %s", r.URL, r.Host, r.Header.Get("X-Forwarded-Host"))
	})
	mux.HandleFunc("/hmr", func(w http.ResponseWriter, r *http.Request) {
		conn, _, _, err := ws.UpgradeHTTP(r, w)
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		for {
			text, err := wsutil.ReadClientText(conn)
			if err != nil || wsutil.WriteServerText(conn, append([]byte("echo "), text...)) != nil {
				return
			}
		}
	})
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			_, _ = io.WriteString(w, "data: something\n")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-more:
			case <-r.Context().Done():
				return
			}
		}
	})
	mux.HandleFunc("/more", func(http.ResponseWriter, *http.Request) { more <- true })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestFrontendBehindTheSameOrigin(t *testing.T) {
	dev := devServer(t)
	s := startServing(t, "--proxy-ui", dev.URL+"/base")
	host := func(site string) string { return strings.TrimPrefix(site, "http://") }
	NewWithT(t).Expect(s.announced).To(ContainSubstring(dev.URL))
	for _, tc := range []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, "page /base/ of " + host(s.site) + " for " + host(s.site)},
		{"/login?next=%2F", 200, "page /base/login?next=%2F of " + host(s.site) + " for " + host(s.site)},
		{"/@vite/client", 200, "page /base/@vite/client"},
		{"/apiary", 200, "page /base/apiary"},
		{"/api/users/@me/", 401, `"code":"not_authenticated"`},
		{"/api/nothing/", 404, `"Endpoint not found."`},
		{"/scim/v2/", 404, "urn:ietf:params:scim"},
		{"/_understudy/health", 200, `"ok"`},
		{"/_understudy/nothing", 404, `"no_such_page"`},
		{"/_understudy", 404, `"no_such_page"`},
		{"/_sandbox/mine/page", 404, ""},
	} {
		t.Run(tc.path, func(t *testing.T) {
			g := NewWithT(t)
			response, body := s.get(tc.path)
			g.Expect(response.StatusCode).To(Equal(tc.status))
			g.Expect(body).To(ContainSubstring(tc.body))
		})
	}
}

// What stays open outlives the time-outs, and ends with the server, which does not
// wait for it.
func TestStreamsOfTheFrontend(t *testing.T) {
	g := NewWithT(t)
	s := startServing(t, "--proxy-ui", devServer(t).URL, "--header-timeout=100ms", "--read-timeout=100ms", "--write-timeout=100ms")
	conn, _, _, err := ws.Dial(t.Context(), strings.Replace(s.site, "http:", "ws:", 1)+"/hmr")
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = conn.Close() })
	events := s.stream("/events")

	g.Expect(events.ReadString('\n')).To(Equal("data: something\n"), "while the stream goes on")
	for _, text := range []string{"before the time is up", "after it"} {
		g.Expect(wsutil.WriteClientText(conn, []byte(text))).To(Succeed())
		g.Expect(wsutil.ReadServerText(conn)).To(BeEquivalentTo("echo " + text))
		timeOut(g, s)
	}
	s.get("/more")
	g.Expect(events.ReadString('\n')).To(Equal("data: something\n"))
	s.stop()
}

func TestFrontendThatIsNotThere(t *testing.T) {
	g := NewWithT(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	address := "http://" + listener.Addr().String()
	g.Expect(listener.Close()).To(Succeed())
	s := startServing(t, "--proxy-ui", address)

	page, body := s.get("/", "Accept", "text/html,*/*")
	g.Expect(page.StatusCode).To(Equal(http.StatusBadGateway))
	g.Expect(page.Header).To(And(HaveKeyWithValue("Refresh", []string{"2"}), HaveKeyWithValue("Cache-Control", []string{"no-store"})))
	g.Expect(body).To(And(ContainSubstring("no frontend development server at "+address), ContainSubstring("npm run dev"), ContainSubstring("/_understudy/")))
	script, body := s.get("/app.js")
	g.Expect(script.StatusCode).To(Equal(http.StatusBadGateway))
	g.Expect(script.Header.Get("Content-Type")).To(HavePrefix("text/plain"))
	g.Expect(body).To(ContainSubstring("no frontend development server at " + address))
	fake, _ := s.get("/_understudy/health")
	g.Expect(fake.StatusCode).To(Equal(http.StatusOK))
}

func TestFrontendThatBreaksOff(t *testing.T) {
	g := NewWithT(t)
	dev := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	t.Cleanup(dev.Close)
	s := startServing(t, "--proxy-ui", dev.URL)
	response, body := s.get("/")
	g.Expect(response.StatusCode).To(Equal(http.StatusBadGateway))
	g.Expect(body).To(ContainSubstring("broke off"))
}

func TestFrontendsThatCannotBe(t *testing.T) {
	own := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8010}
	for _, tc := range []struct{ name, address, says string }{
		{"no scheme", "localhost:5173", "want the address of a development server, such as http://localhost:5173"},
		{"no host", "http://", "want the address of a development server"},
		{"a file", "file:///srv/app", "want the address of a development server"},
		{"the fake itself", "http://localhost:8010", "is the fake itself"},
		{"the fake by its address", "http://127.0.0.1:8010/app", "is the fake itself"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			upstream, err := url.Parse(tc.address)
			g.Expect(err).NotTo(HaveOccurred())
			_, err = newFrontend(t.Context(), upstream, own)
			g.Expect(err).To(MatchError(ContainSubstring(tc.says)))
		})
	}
}
