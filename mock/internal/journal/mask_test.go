package journal_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

const (
	apiKey    = "phx_abcdefghijklmnopqrstuvwxyz"
	sessionID = "s3ss10n1234567890abcdefghijklmn"
	csrf      = "csrf5678901234567890123456789012"
	scim      = "Zr3tQ0mXn5Yk8VdJ1cLw7HsPbA2uEgF"
	pass      = "correct horse battery"
	project   = "phc_Q7mVt2Lx9Wc4Rb8Kp1Zy6Ns3Jd5Hf0Ga"
)

func TestHeadersAreMasked(t *testing.T) {
	for name, c := range map[string]struct{ name, value, shown string }{
		"a key":                      {"Authorization", "Bearer " + apiKey, "Bearer phx_***wxyz"},
		"a key with more space":      {"Authorization", "Bearer \t" + apiKey, "Bearer phx_***wxyz"},
		"a key in lower case":        {"authorization", "bearer " + apiKey, "bearer phx_***wxyz"},
		"a key without its scheme":   {"Authorization", apiKey, "phx_***wxyz"},
		"a short key":                {"Authorization", "Bearer short", "Bearer ***"},
		"a name and a password":      {"Authorization", "Basic dXNlcjpvcGVuLXNlc2FtZQ==", "Basic ***"},
		"nothing":                    {"Authorization", "", ""},
		"cookies":                    {"Cookie", "sessionid=" + sessionID + "; theme=dark;posthog_csrftoken=" + csrf, "sessionid=***klmn; theme=***;posthog_csrftoken=***9012"},
		"a cookie without a value":   {"Cookie", "sessionid=; nonsense", "sessionid=; ***"},
		"a cookie in quotes":         {"Cookie", `sessionid="` + sessionID + `"`, "sessionid=***klmn"},
		"a CSRF token":               {"X-CSRFToken", csrf, "***9012"},
		"another kind of key":        {"X-Api-Key", "0123456789abcdef", "***cdef"},
		"a token":                    {"Understudy-Token", "0123456789abcdef", "***cdef"},
		"a key in an address":        {"Referer", "http://localhost/?a=b&personal_api_key=" + apiKey + "#c", "http://localhost/?a=b&personal_api_key=***"},
		"a key where none should be": {"X-Note", "my key is " + apiKey + ".", "my key is phx_***wxyz."},
		"a project's public token":   {"X-Note", project, project},
		"other headers":              {"Access-Control-Allow-Credentials", "true", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			x := get("/")
			x.RequestHeader = http.Header{c.name: {c.value}}
			x.ResponseHeader = http.Header{c.name: {c.value}}
			d := record(x)
			shown := HaveKeyWithValue(http.CanonicalHeaderKey(c.name), []string{c.shown})
			g.Expect(d.Request.Headers).To(shown)
			g.Expect(d.Response.Headers).To(shown)
		})
	}
}

func TestCookiesThatAreSetAreMasked(t *testing.T) {
	g := NewWithT(t)
	x := get("/")
	x.ResponseHeader = http.Header{"Set-Cookie": {
		"sessionid=" + sessionID + "; expires=Sun, 15 Mar 2026 12:00:00 GMT; HttpOnly", "posthog_csrftoken=" + csrf, "gone=; Max-Age=0",
	}}
	g.Expect(record(x).Response.Headers["Set-Cookie"]).To(HaveExactElements(
		"sessionid=***klmn; expires=Sun, 15 Mar 2026 12:00:00 GMT; HttpOnly", "posthog_csrftoken=***9012", "gone=; Max-Age=0"))
}

func TestAddressesAreMasked(t *testing.T) {
	for name, c := range map[string][2]string{
		"a key":                         {"/api/users/?limit=1&personal_api_key=" + apiKey + "&b=%20", "/api/users/?limit=1&personal_api_key=phx_***wxyz&b=%20"},
		"a key with an escape":          {"/?personal_api_key=" + strings.Replace(apiKey, "c", "%63", 1), "/?personal_api_key=phx_***wxyz"},
		"a name with an escape":         {"/?p%61ssword=open+sesame", "/?p%61ssword=***"},
		"a token":                       {"/reset/?token=0123456789abcdef", "/reset/?token=***cdef"},
		"a key in the path":             {"/keys/" + apiKey + "/", "/keys/phx_***wxyz/"},
		"a key as another parameter":    {"/?search=" + apiKey, "/?search=phx_***wxyz"},
		"an object with a secret in it": {`/?filter={"password":"open"}`, "/?filter=***"},
		"no value":                      {"/?password=&token", "/?password=&***"},
		"nothing secret":                {"/?search=a?b&&c=d=e", "/?search=a?b&&c=d=e"},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(record(get(c[0])).Path).To(Equal(c[1]))
		})
	}
}

func TestBodiesAreMasked(t *testing.T) {
	const (
		asJSON = "application/json"
		asForm = "application/x-www-form-urlencoded"
		unread = "[%d bytes that could not be read and may hold a secret]"
	)
	parts := "multipart/form-data; boundary=B"
	part := func(name, value string) string {
		return fmt.Sprintf("--B\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, value)
	}
	for name, c := range map[string]struct{ kind, sent, shown string }{
		"a password":                  {asJSON, `{"email": "a@b.c", "password": "` + pass + `"}`, `{"email": "a@b.c", "password": "***"}`},
		"a key":                       {asJSON, `{"personal_api_key":"` + apiKey + `","name":"x"}`, `{"personal_api_key":"phx_***wxyz","name":"x"}`},
		"a SCIM token":                {asJSON, `{"scim_enabled":true,"scim_bearer_token":"` + scim + `"}`, `{"scim_enabled":true,"scim_bearer_token":"***uEgF"}`},
		"a name in another case":      {asJSON, `{"newPassWord":"x"}`, `{"newPassWord":"***"}`},
		"a name with an escape":       {asJSON, `{"p\u0061ssword":"open"}`, `{"p\u0061ssword":"***"}`},
		"a value with escapes":        {asJSON, `{"password":"\"open\"\\","a":1}`, `{"password":"***","a":1}`},
		"one name twice":              {asJSON, `{"password":"one","password":"two"}`, `{"password":"***","password":"***"}`},
		"a number":                    {asJSON, `{"password": 12345678 }`, `{"password": "***" }`},
		"no secret under such a name": {asJSON, `{"password":null,"token":true,"secret":"","api_key":{"id":1}}`, `{"password":null,"token":true,"secret":"","api_key":{"id":1}}`},
		"a list":                      {asJSON, `{"tokens":["one",["two"],{"id":"three"}],"a":"b"}`, `{"tokens":["***",["***"],{"id":"three"}],"a":"b"}`},
		"deep within":                 {asJSON, `[[{"a":{"b":[{"password":"x"}]}}]]`, `[[{"a":{"b":[{"password":"***"}]}}]]`},
		"JSON within JSON":            {asJSON, `{"config":"{\"password\":\"x\"}"}`, `{"config":"***"}`},
		"JSON within JSON, cut short": {asJSON, `{"config":"{\"password\":\"open`, `{"config"` + fmt.Sprintf(unread, 22)},
		"a password of no thought":    {asJSON, `{"password":"password"}`, `{"password":"***"}`},
		"the public token":            {asJSON, `{"api_token":"` + project + `"}`, `{"api_token":"` + project + `"}`},
		"spaces and order":            {asJSON, "{\r\n\t\"token\" :\t\"x\" ,\n \"b\":1, \"a\":2}\n", "{\r\n\t\"token\" :\t\"***\" ,\n \"b\":1, \"a\":2}\n"},
		"a value of a name":           {asJSON, `{"code":"required","attr":"password"}`, `{"code":"required","attr":"password"}`},
		"a key in a text":             {asJSON, `{"value":"` + apiKey + `"}`, `{"value":"phx_***wxyz"}`},
		"the other JSON type":         {"application/scim+json", `{"password":"x"}`, `{"password":"***"}`},
		"JSON of no type":             {"", ` {"password":"x"}`, ` {"password":"***"}`},
		"JSON of a wrong type":        {asForm, `{"password":"x=y"}`, `{"password":"***"}`},
		"broken JSON, no secret":      {asJSON, `{"a": oops}`, `{"a": oops}`},
		"broken JSON":                 {asJSON, `{"password":"x", oops}`, `{"password":"***"` + fmt.Sprintf(unread, 7)},
		"a quote too many":            {asJSON, `{"password":"open"sesame"}`, `{"password":"***"` + fmt.Sprintf(unread, 8)},
		"a quote too few":             {asJSON, `{"password":"open`, `{"password"` + fmt.Sprintf(unread, 6)},
		"no colon":                    {asJSON, `{"password" "open"}`, `{"password"` + fmt.Sprintf(unread, 8)},
		"other quotes":                {asJSON, `{'password': 'open'}`, `{` + fmt.Sprintf(unread, 19)},
		"no JSON at all":              {asJSON, `password=open`, fmt.Sprintf(unread, 13)},
		"a form":                      {asForm, "email=a%40b.c&password=open+sesame&csrfmiddlewaretoken=" + csrf, "email=a%40b.c&password=***&csrfmiddlewaretoken=***9012"},
		"a form of no type":           {"", "password=open", "password=***"},
		"no form":                     {asForm, "the password is open", "***"},
		"a form with an odd name":     {asForm, `x{"password":"a=b"}`, "***"},
		"JSON within a form":          {asForm, "a=%7B%22password%22:%22x%22%7D", "a=***"},
		"a form with parts":           {parts, part("name", "x") + part("password", pass) + "--B--\r\n", part("name", "x") + part("password", "***") + "--B--\r\n"},
		"a broken form with parts":    {parts, part("password", pass), fmt.Sprintf(unread, len(part("password", pass)))},
		"parts without a boundary":    {"multipart/form-data", part("password", pass), fmt.Sprintf(unread, len(part("password", pass)))},
		"a text":                      {"text/plain", "nothing to see", "nothing to see"},
		"a text about a secret":       {"text/plain", "the password is open", fmt.Sprintf(unread, 20)},
		"a key in a text of a type":   {"text/html", "<p>" + apiKey, "<p>phx_***wxyz"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			x := get("/")
			x.RequestHeader = http.Header{"Content-Type": {c.kind}}
			x.ResponseHeader = x.RequestHeader
			x.RequestBody, x.ResponseBody = body(c.sent), body(c.sent)
			d := record(x)
			g.Expect(d.Request.Body).To(Equal(c.shown))
			g.Expect(d.Response.Body).To(Equal(c.shown))
			g.Expect(d.Request.Omitted).To(BeEmpty())
		})
	}
}

func TestBodiesThatAreNoTextAreOmitted(t *testing.T) {
	g := NewWithT(t)
	x := get("/")
	x.RequestBody = body("a\xffb")
	x.ResponseBody = body("p\x00a\x00s\x00s\x00")
	d := record(x)
	g.Expect(d.Request.Message).To(And(HaveField("Body", ""), HaveField("Omitted", "3 bytes that are no text"), HaveField("Size", int64(3))))
	g.Expect(d.Response.Message).To(And(HaveField("Body", ""), HaveField("Omitted", "8 bytes that are no text")))
}

// A secret is one of its whole exchange: answers repeat what they were sent.
func TestEchoesAreMasked(t *testing.T) {
	g := NewWithT(t)
	odd := `open "sesame" & <b>`
	x := get("/?search=open+%22sesame%22+%26+%3Cb%3E")
	x.RequestHeader = http.Header{"Cookie": {"sessionid=" + sessionID}, "Content-Type": {"application/json"}}
	x.RequestBody = body(`{"password": "open \"sesame\" & <b>"}`)
	x.ResponseHeader = http.Header{"X-Note": {"for " + sessionID}}
	x.ResponseBody = body(`{"detail": "\"open \\\"sesame\\\" & <b>\" and ` + sessionID + `", "b": "open \"sesame\" \u0026 \u003cb\u003e"}`)
	x.Violations = []string{"field password: " + odd}
	x.Explanation = &journal.Explanation{Rule: "session", Detail: "no session " + sessionID, Sufficient: odd}
	d := record(x)
	g.Expect(d.Path).To(Equal("/?search=***"))
	g.Expect(d.Response.Headers).To(HaveKeyWithValue("X-Note", []string{"for ***klmn"}))
	g.Expect(d.Response.Body).To(Equal(`{"detail": "\"***\" and ***klmn", "b": "***"}`))
	g.Expect(d.Violations).To(HaveExactElements("field password: ***"))
	g.Expect(*d.Explanation).To(Equal(journal.Explanation{Rule: "session", Detail: "no session ***klmn", Sufficient: "***"}))
	g.Expect(d.Credential).To(Equal("***klmn"))
}

func TestEchoesOfWhatIsWrittenOddlyAreMasked(t *testing.T) {
	g := NewWithT(t)
	x := get("/?token=%73esame-sesame")
	x.ResponseBody = body(`{"next": "/?token=%73esame-sesame&page=2", "was": "sesame-sesame"}`)
	g.Expect(record(x).Response.Body).To(Equal(`{"next": "/?token=***&page=2", "was": "***"}`))
}

// One secret may begin as another does.
func TestLongerSecretsAreMaskedBeforeShorterOnes(t *testing.T) {
	g := NewWithT(t)
	x := get("/")
	x.RequestHeader = http.Header{"Cookie": {"sessionid=" + sessionID}, "X-Csrftoken": {sessionID + "andMore-0123"}}
	x.ResponseBody = body(sessionID + "andMore-0123 " + sessionID)
	for range 10 {
		g.Expect(record(x).Response.Body).To(Equal("***0123 ***klmn"))
	}
}

func TestCookiesThatNobodyKnowsAreNoSecretElsewhere(t *testing.T) {
	g := NewWithT(t)
	x := get("/organizations/")
	x.RequestHeader = http.Header{"Cookie": {"last_page=organizations"}}
	g.Expect(record(x)).To(And(HaveField("Path", "/organizations/"), HaveField("Request.Headers", HaveKeyWithValue("Cookie", []string{"last_page=***"}))))
}

func TestTheBeginningOfASecretIsMaskedWhereABodyWasCut(t *testing.T) {
	g := NewWithT(t)
	answer := `{"detail": "no session ` + sessionID
	for n := 1; n < len(sessionID); n++ {
		x := get("/")
		x.RequestHeader = http.Header{"Cookie": {"sessionid=" + sessionID}}
		x.ResponseBody = journal.Body{Data: []byte(answer[:len(answer)-n]), Size: 1000}
		g.Expect(record(x).Response.Body).NotTo(ContainSubstring(sessionID[:4]))
	}
}

func TestTheCredentialIsTheOneThatCounts(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*journal.Exchange)
		shown  string
	}{
		"none": {func(*journal.Exchange) {}, ""},
		"a key before a session": {func(x *journal.Exchange) {
			x.RequestHeader = http.Header{"Cookie": {"sessionid=" + sessionID}, "Authorization": {"Bearer " + apiKey}}
		}, "phx_***wxyz"},
		"the key in the header": {func(x *journal.Exchange) {
			x.URI, x.RequestHeader = "/?personal_api_key=phx_somethingelse1234", http.Header{"Authorization": {"Bearer " + apiKey}}
		}, "phx_***wxyz"},
		"a key in the body":    {func(x *journal.Exchange) { x.RequestBody = body(`{"personal_api_key":"` + apiKey + `"}`) }, "phx_***wxyz"},
		"a key in the address": {func(x *journal.Exchange) { x.URI = "/?personal_api_key=" + apiKey }, "phx_***wxyz"},
		"a SCIM token": {func(x *journal.Exchange) {
			x.URI, x.RequestHeader = "/scim/v2/1/Users", http.Header{"Authorization": {"Bearer " + scim}}
		}, "***uEgF"},
		"not one that was made": {func(x *journal.Exchange) { x.ResponseBody = body(`{"value":"` + apiKey + `"}`) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			x := get("/")
			c.change(&x)
			NewWithT(t).Expect(record(x).Credential).To(Equal(c.shown))
		})
	}
}

func record(x journal.Exchange) journal.Detail {
	return journal.New(journal.Limits{}).Record(x).Detail()
}
