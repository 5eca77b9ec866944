package journal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// places are where secrets come with a request. Each puts one there, with text around
// it where a client could send any.
var places = []func(x *journal.Exchange, secret, before, after string){
	func(x *journal.Exchange, secret, _, _ string) {
		x.RequestHeader.Set("Authorization", "Bearer "+secret)
	},
	func(x *journal.Exchange, secret, before, _ string) {
		x.RequestHeader.Set("Cookie", "a="+cookieText(before)+"; sessionid="+cookieText(secret))
	},
	func(x *journal.Exchange, secret, _, _ string) { x.RequestHeader.Set("X-Csrftoken", secret) },
	func(x *journal.Exchange, secret, before, after string) {
		x.URI = "/?" + before + "&personal_api_key=" + url.QueryEscape(secret) + "&" + after
	},
	func(x *journal.Exchange, secret, _, after string) {
		x.RequestBody = body(`{"password":` + quote(secret) + after)
	},
	func(x *journal.Exchange, secret, before, after string) {
		x.RequestBody = body(`{"a":` + quote(before) + `,"personal_api_key":[` + quote(secret) + `],"b":` + quote(after) + `}`)
	},
	func(x *journal.Exchange, secret, before, after string) {
		x.RequestHeader.Set("Content-Type", "application/x-www-form-urlencoded")
		x.RequestBody = body("a=" + url.QueryEscape(before) + "&password=" + url.QueryEscape(secret) + "&" + after)
	},
	func(x *journal.Exchange, secret, _, after string) {
		x.RequestHeader.Set("Content-Type", "multipart/form-data; boundary=B")
		x.RequestBody = body("--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + secret + "\r\n--B--" + after)
	},
	func(x *journal.Exchange, secret, _, _ string) {
		x.ResponseHeader.Set("Set-Cookie", "sessionid="+cookieText(secret)+"; Path=/")
	},
	func(x *journal.Exchange, secret, _, after string) {
		x.ResponseBody = body(`{"scim_enabled":true,"scim_bearer_token":` + quote(secret) + `}` + after)
	},
}

// FuzzMask: no secret is in anything that the package gives out, wherever it came
// from, whatever stands around it, and wherever the answer repeats it.
func FuzzMask(f *testing.F) {
	for place := range places {
		f.Add(byte(place), "correct horse", "x", `, "b": 1}`, uint16(1000))
		f.Add(byte(place), `"q" & <b> \ é`, `{"a`, "oops", uint16(60))
		f.Add(byte(place), "abc%20+def", "password", "}", uint16(20))
	}
	f.Fuzz(func(t *testing.T, place byte, inside, before, after string, limit uint16) {
		// Letters that are in no other text: it is certain where they come from.
		secret := "zqZQ" + strings.Map(textOnly, inside) + "ZQzq"
		x := get("/?search=" + url.QueryEscape(secret))
		x.RequestHeader, x.ResponseHeader = http.Header{"Content-Type": {"application/json"}}, http.Header{}
		x.ResponseHeader.Set("X-Echo", secret)
		x.ResponseBody = body(fmt.Sprintf(`{"detail": %s, "next": %s}`, quote("no such thing: "+secret), quote("/?personal_api_key="+url.QueryEscape(secret))))
		x.Violations = []string{"sent " + secret}
		x.Explanation = &journal.Explanation{Rule: "r", Detail: secret, Sufficient: quote(secret)}
		places[int(place)%len(places)](&x, secret, before, after)
		if strings.Contains(before+after, "zqZQ") {
			return
		}
		if place := int(place) % len(places); place == 1 || place == 8 {
			secret = cookieText(secret) // what else is in there is not the session
			x.URI, x.Violations, x.Explanation, x.ResponseBody = "/", nil, nil, body(`"`+secret+`"`)
			x.ResponseHeader.Del("X-Echo")
		}
		// Of a secret that itself is cut, the journal cannot know the rest.
		whole := len(x.RequestBody.Data)
		if int(place)%len(places) == len(places)-1 {
			whole = len(x.ResponseBody.Data)
		}
		j := journal.New(journal.Limits{Body: whole + int(limit)})
		e := j.Record(x)
		for name, output := range outputs(t, j, e) {
			if strings.Contains(output, secret) {
				t.Fatalf("%s shows the secret %q: %s", name, secret, output)
			}
		}
	})
}

// outputs are all that can be had of an entry, with the texts of JSON as they are read.
func outputs(t *testing.T, j *journal.Journal, e *journal.Entry) map[string]string {
	t.Helper()
	all := map[string]string{
		"%v": e.String(), "%+v": fmt.Sprintf("%+v", e), "%#v": fmt.Sprintf("%#v", e),
		"curl": e.Curl(), "stream": stream(j),
	}
	for name, value := range map[string]any{"list": j.List(journal.Query{}), "detail": e.Detail(), "entry": e} {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		all[name], all[name+" read"] = string(data), texts(t, data)
	}
	for _, format := range journal.Formats {
		var b bytes.Buffer
		if err := format.Write(&b, j.Select(journal.Query{})); err != nil {
			t.Fatal(err)
		}
		all[format.Name] = b.String()
		if format.Name != "curl" {
			all[format.Name+" read"] = texts(t, b.Bytes())
		}
	}
	return all
}

// stream is what a client gets of a journal that is closed.
func stream(j *journal.Journal) string {
	j.Close()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Last-Event-ID", "0")
	j.ServeSSE(w, r, journal.Query{}, nil)
	return w.Body.String()
}

// texts are the strings in JSON, one a line.
func texts(t *testing.T, data []byte) string {
	t.Helper()
	var b strings.Builder
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			b.WriteString(value + "\n")
		case []any:
			for _, item := range value {
				walk(item)
			}
		case map[string]any:
			for _, member := range value {
				walk(member)
			}
		}
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	walk(value)
	return b.String()
}

func quote(text string) string {
	data, _ := json.Marshal(text) // a string can always be encoded
	return string(data)
}

// textOnly leaves out what no JSON text can hold as it is.
func textOnly(r rune) rune {
	if r < ' ' || r == 0xfffd {
		return -1
	}
	return r
}

// cookieText leaves out what no cookie can hold.
func cookieText(text string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune(`";,\=`, r) {
			return -1
		}
		return r
	}, text)
}
