package conformance_test

import (
	"flag"
	"net/http"
	"strings"
	"testing"
)

// TestPublishTXT is no test but a hook, when the test binary is called as one: it publishes
// or removes a TXT record of a fake, as a vendor's program would.
func TestPublishTXT(t *testing.T) {
	arguments := flag.Args()
	if len(arguments) != 4 {
		t.Skip("it is called as a hook")
	}
	do, control, name, value := arguments[0], arguments[1], arguments[2], arguments[3]
	method, body := http.MethodPut, `{"values": ["`+value+`"]}`
	if do == "remove" {
		method, body = http.MethodDelete, ""
	}
	request, err := http.NewRequestWithContext(t.Context(), method, control+"/dns/"+name, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("the control plane answers with %s", answer.Status)
	}
}
