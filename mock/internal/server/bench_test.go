package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// Each benchmark runs a request through the whole path, and the same bytes
// through a bare gin handler to compare with:
//
//	go test -run '^$' -bench . -benchmem ./mock/internal/server

func BenchmarkList20(b *testing.B) {
	f := mocktest.New(b)
	for i := range 20 {
		f.NewDomain(fmt.Sprintf("bench-%02d.example.com", i))
	}
	compare(b, f, "GET", f.Org("domains")+"?limit=20", "")
}

func BenchmarkRetrieve(b *testing.B) {
	f := mocktest.New(b)
	compare(b, f, "GET", f.Org("domains", f.NewDomain("bench.example.com")), "")
}

func BenchmarkCreateInvite(b *testing.B) {
	f := mocktest.New(b, mock.WithoutMail())
	compare(b, f, "POST", f.Org("invites"), `{"target_email": "bench@example.com", "first_name": "Ben", "level": 1}`)
}

// compare runs one request against the fake and against the bare handler.
func compare(b *testing.B, f *mocktest.Fake, method, path, body string) {
	recorded := f.As("admin").Do(method, path, contentTypeOf(body), body)
	if recorded.Code >= 300 {
		b.Fatal(recorded.Code, string(recorded.Body))
	}
	b.Run("fake", func(b *testing.B) { hammer(b, f, f, method, path, body) })
	b.Run("gin", func(b *testing.B) { hammer(b, f, bareGin(method, path, recorded), method, path, body) })
}

// bareGin is a handler that reads nothing and answers with recorded bytes.
func bareGin(method, path string, recorded *mocktest.Answer) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	path, _, _ = strings.Cut(path, "?")
	engine.Handle(method, path, func(c *gin.Context) {
		c.Data(recorded.Code, "application/json", recorded.Body)
	})
	return engine
}

func contentTypeOf(body string) string {
	if body == "" {
		return ""
	}
	return "application/json"
}

func hammer(b *testing.B, f *mocktest.Fake, handler http.Handler, method, path, body string) {
	header := f.As("admin").Header
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		request := httptest.NewRequest(method, "http://fake.test"+path, strings.NewReader(body))
		request.Header = http.Header{"Authorization": header["Authorization"], "Content-Type": {contentTypeOf(body)}}
		handler.ServeHTTP(httptest.NewRecorder(), request)
	}
}

// BenchmarkSCIM lists twenty users and finds one among a thousand, with everything
// that goes with it: the token, the masked log, the transaction.
func BenchmarkSCIM(b *testing.B) {
	f := mocktest.New(b)
	p := f.Provider()
	for i := range 1000 {
		p.NewUser(fmt.Sprint("bench", i))
	}
	for name, path := range map[string]string{
		"list 20":          "Users?count=20",
		"find by userName": "Users?filter=userName+eq+%22" + p.Email("bench500") + "%22",
		"find by name":     "Users?count=20&filter=name.familyName+eq+%22Finch%22",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				request := httptest.NewRequest(http.MethodGet, "http://fake.test"+p.Base+path, nil)
				request.Header = http.Header{"Authorization": p.Header["Authorization"]}
				f.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
}
