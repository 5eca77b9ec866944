package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// measure plays the suite against the embedded fake with each of its defects, and
// fails unless every one is noticed.
func (cmd *verifyCommand) measure(ctx context.Context, std streams) error {
	mutants, err := cmd.mutants()
	if err != nil {
		return err
	}
	line := newProgressLine(std.err)
	result, err := strength.Measure(ctx, scenarios.All(), strength.Mutant{Start: startMutant("")}, mutants, strength.Options{
		Full: cmd.Full, Parallel: cmd.Parallel,
		Progress: func(done, total int, v *strength.Verdict) { line.show(done, total, v.Mutant) },
	})
	line.clear()
	if err != nil {
		return err
	}
	if cmd.JSON {
		encoder := json.NewEncoder(std.out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(result)
	} else {
		err = result.WriteText(std.out)
	}
	if err == nil && result.Killed < result.Mutants {
		return errFailed
	}
	return err
}

// mutants are the defects that the pattern selects.
func (cmd *verifyCommand) mutants() (selected []strength.Mutant, err error) {
	for _, m := range mock.Mutants() {
		matches := cmd.Mutant == "" || strings.HasPrefix(m.Name, cmd.Mutant+".")
		if !matches {
			if matches, err = path.Match(cmd.Mutant, m.Name); err != nil {
				return nil, fmt.Errorf("--mutant %q: %w", cmd.Mutant, err)
			}
		}
		if matches {
			selected = append(selected, strength.Mutant{Name: m.Name, Sentence: m.Sentence, Rule: m.Rule, Start: startMutant(m.Name)})
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("--mutant %q selects nothing; 'understudy serve --list-mutants' names them all", cmd.Mutant)
	}
	return selected, nil
}

// mutantSite is where a fake in this program says it is. Nothing listens there.
const mutantSite = "http://127.0.0.1:1"

// startMutant makes fakes that have a defect; "" is none.
func startMutant(name string) func() (*strength.Deployment, error) {
	return func() (*strength.Deployment, error) {
		fake, err := mock.New(mock.WithMutant(name))
		if err != nil {
			return nil, err
		}
		data, err := fake.Profile(mutantSite)
		if err != nil {
			return nil, err
		}
		profile, err := target.Parse(data, "the embedded fake", os.LookupEnv)
		return &strength.Deployment{Profile: profile, Transport: inProcess{fake}}, err
	}
}

// listMutants prints one name a line.
func listMutants(w io.Writer) error {
	for _, m := range mock.Mutants() {
		if _, err := fmt.Fprintln(w, m.Name); err != nil {
			return err
		}
	}
	return nil
}

// inProcess hands requests to a handler in this program, as if over the network: no
// port, no connection.
type inProcess struct{ handler http.Handler }

// RoundTrip answers a request.
func (p inProcess) RoundTrip(sent *http.Request) (*http.Response, error) {
	uri := sent.URL.RequestURI()
	received, err := url.ParseRequestURI(uri)
	if err != nil {
		return nil, err
	}
	request := sent.Clone(sent.Context())
	request.URL, request.RequestURI, request.RemoteAddr = received, uri, "127.0.0.1:1"
	if request.Host == "" {
		request.Host = sent.URL.Host
	}
	if request.Body == nil {
		request.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	response.Request = sent
	if sent.Method == http.MethodHead {
		response.Body = http.NoBody
	}
	return response, nil
}
