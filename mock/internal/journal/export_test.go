package journal_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// session is a journal of what a frontend does in a minute.
func session() *journal.Journal {
	j := journal.New(journal.Limits{Body: 200})
	login := get("/api/login/")
	login.Method, login.Operation, login.Status, login.Changed = "POST", "login_create", 200, true
	login.RequestHeader = http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Mozilla/5.0"}, "Accept": {"*/*"}, "Content-Length": {"61"}, "Connection": {"keep-alive"}}
	login.RequestBody = body(`{"email": "o'hara@example.com", "password": "` + pass + `"}`)
	login.ResponseHeader = http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"sessionid=" + sessionID + "; Path=/; HttpOnly", "posthog_csrftoken=" + csrf + "; Path=/"}}
	login.ResponseBody = body(`{"success":true}`)
	login.Steps = []journal.Step{{Name: "authentication", Passed: true}}
	j.Record(login)

	claim := get("/api/organizations/@current/domains/?source=settings&x=%20")
	claim.Method, claim.Operation, claim.Status, claim.Caller = "POST", "domains_create", 403, "o'hara@example.com"
	claim.Time = noon.Add(1500 * time.Millisecond)
	claim.RequestHeader = http.Header{
		"Content-Type": {"application/json"}, "Cookie": {"sessionid=" + sessionID + "; posthog_csrftoken=" + csrf + ";"},
		"X-Csrftoken": {csrf}, "X-Empty": {""}, "Accept": {"application/json"},
	}
	claim.RequestBody = body("{\n  \"domain\": \"example.com\"\n}")
	claim.ResponseHeader = http.Header{"Content-Type": {"application/json"}, "X-Request": {"1", "2"}}
	claim.ResponseBody = body(`{"type":"authentication_error","code":"permission_denied","detail":"Your organization access level is insufficient.","attr":null}`)
	claim.Steps = []journal.Step{{Name: "authentication", Passed: true}, {Name: "scope", Passed: true}, {Name: "level"}}
	claim.Explanation = &journal.Explanation{Rule: "level", Detail: "The level is 1 (member).", Sufficient: "level 8 (administrator)"}
	j.Record(claim)

	script := get("/api/organizations/?personal_api_key=" + apiKey + "&limit=[1]")
	script.Operation, script.Caller, script.Key = "organizations_list", "ada@example.com", "laptop"
	script.Time = noon.Add(3 * time.Second)
	script.ResponseHeader = http.Header{"Content-Type": {"application/json"}}
	script.ResponseBody = journal.Body{Data: bytes.Repeat([]byte("[] "), 100), Size: 5000}
	script.Violations = []string{"query: limit is no number"}
	j.Record(script)

	form := get("/api/login/")
	form.Method, form.Operation, form.Status, form.Time = "POST", "login_create", 0, noon.Add(4*time.Second)
	form.RequestHeader = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	form.RequestBody = body("email=ada%40example.com&password=open+sesame")
	form.Fault = "connection-reset"
	j.Record(form)

	upload := get("/api/organizations/@current/")
	upload.Method, upload.Operation, upload.Status, upload.Time = "PATCH", "organizations_partial_update", 302, noon.Add(5*time.Second)
	upload.RequestHeader = http.Header{"Content-Type": {"application/octet-stream"}, "Authorization": {"Bearer " + apiKey}}
	upload.RequestBody = body("\xff\xfe")
	upload.ResponseHeader = http.Header{"Location": {"/login"}}
	j.Record(upload)

	push := get("/scim/v2/0190/Users")
	push.Method, push.Time = "HEAD", noon.Add(6*time.Second)
	push.RequestHeader = http.Header{"Authorization": {"Bearer " + scim}, "User-Agent": {"Okta"}}
	j.Record(push)
	return j
}

// TestExports compares every format of one journal with what was looked at and found
// good. 'go test ./mock/internal/journal -run Exports -update' writes them anew.
func TestExports(t *testing.T) {
	for _, format := range journal.Formats {
		t.Run(format.Name, func(t *testing.T) {
			g := NewWithT(t)
			got := export(t, format.Name, session())
			golden := filepath.Join("testdata", "session"+format.Extension)
			if *update {
				g.Expect(os.WriteFile(golden, got, 0o644)).To(Succeed())
			}
			want, err := os.ReadFile(golden)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(got)).To(Equal(string(want)))
		})
	}
}

func TestTheArchiveIsWhatItsSchemaWants(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join("testdata", "har-schema", "har.json"))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for name, j := range map[string]*journal.Journal{"a session": session(), "nothing": journal.New(journal.Limits{})} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			archive, err := jsonschema.UnmarshalJSON(bytes.NewReader(export(t, "har", j)))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(schema.Validate(archive)).To(Succeed())
		})
	}
	t.Run("the schema refuses less", func(t *testing.T) {
		g := NewWithT(t)
		var archive map[string]any
		g.Expect(json.Unmarshal(export(t, "har", session()), &archive)).To(Succeed())
		entry := archive["log"].(map[string]any)["entries"].([]any)[0].(map[string]any)
		delete(entry["response"].(map[string]any), "redirectURL")
		g.Expect(schema.Validate(archive)).To(MatchError(ContainSubstring("redirectURL")))
	})
}

func TestLinesAreDetails(t *testing.T) {
	g := NewWithT(t)
	j := session()
	lines := bytes.Split(bytes.TrimSpace(export(t, "ndjson", j)), []byte("\n"))
	g.Expect(lines).To(HaveLen(6))
	for i, line := range lines {
		e, _ := j.Entry(int64(i + 1))
		g.Expect(json.Marshal(e)).To(MatchJSON(line))
	}
}

func TestAFormatThatDoesNotExistIsRefused(t *testing.T) {
	_, err := journal.ParseFormat("pcap")
	NewWithT(t).Expect(err).To(MatchError(`format: "pcap" is not known here; send one of har, curl, ndjson`))
}

func export(t testing.TB, name string, j *journal.Journal) []byte {
	t.Helper()
	format, err := journal.ParseFormat(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Write(&b, j.Select(journal.Query{})); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
