package conformance

import (
	"testing"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Run makes a subtest of every scenario. It walks the scenarios in their order,
// skips what the target does not offer, with the reason, and runs the rest in
// parallel.
//
//	func TestConformance(t *testing.T) {
//		target, err := conformance.LoadTarget("target.json")
//		if err != nil {
//			t.Fatal(err)
//		}
//		conformance.Run(t, target)
//	}
func Run(t *testing.T, target *Target) {
	t.Helper()
	client, err := suite.NewClient(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	label := newLabel()
	all := scenarios.All()
	for i := range all {
		t.Run(all[i].ID, func(t *testing.T) {
			t.Parallel()
			runOne(t, client, &all[i], label)
		})
	}
}

func runOne(t *testing.T, client *suite.Client, scenario *suite.Scenario, label string) {
	if reason := missing(scenario, client.Target); reason != "" {
		t.Skip(reason)
	}
	result := suite.Play(t.Context(), client, scenario, label)
	for _, leftover := range result.Leftovers {
		t.Log("left behind: " + client.Secrets.Mask(leftover))
	}
	problem := result.Failure + result.Error
	if problem == "" {
		return
	}
	text := scenario.Title + "\n" + visible(client.Secrets.Mask(problem))
	if e := result.Exchange; e != nil {
		text += "\nresponse: " + excerpt(e.ResponseBody, client.Secrets) + "\nrepeat: " + e.Curl(client.Secrets)
	}
	t.Fatal(text)
}
