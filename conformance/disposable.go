package conformance

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/internal/runner"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// A target is disposable when nothing there is worth keeping. Its address tells nothing: a
// port of this machine may lead to production. So the fake's control plane is asked, and of
// anything else somebody has to say so.

// ControlPlane is what answers where a profile says that the fake's control plane is.
type ControlPlane struct {
	// Answers tells that a control plane does.
	Answers bool
	// Proves tells that it is that of the target: on its host, or calling itself by it, with
	// the organization of the profile.
	Proves bool
}

// AskControlPlane asks the control plane of a profile whose it is. It writes nothing.
func AskControlPlane(ctx context.Context, t *Target, c Connection) (found ControlPlane, err error) {
	if t.Control == "" {
		return found, nil
	}
	client, err := suite.NewClient(t, suite.WithTimeout(c.Timeout), suite.WithCAFile(c.CAFile))
	if err != nil {
		return found, err
	}
	defer client.Close()
	// One that does not answer proves nothing; why is for the preflight to tell.
	_ = suite.Ask(ctx, client, func(s *suite.S) {
		found.Answers = s.Anonymous().Get(t.Control+"/health").Text("status") == "ok"
		itself := s.Anonymous().Get(t.Control + "/about").Text("base_url")
		has := s.Anonymous().Get(t.Control+"/organizations/"+t.Organization.ID).Text("id") == t.Organization.ID
		found.Proves = found.Answers && has && (hostAt(t.Control) == hostAt(t.BaseURL) || hostAt(itself) == hostAt(t.BaseURL))
	})
	return found, nil
}

func hostAt(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// provenDisposable reports whether the fake's control plane shows that nothing is lost by
// writing, where nobody says that it may. One of something else is taken from the profile.
func (o *Options) provenDisposable(ctx context.Context, t *Target) (bool, error) {
	if o.Access == suite.Read || o.ConfirmOrganization != "" {
		return false, nil
	}
	found, err := AskControlPlane(ctx, t, o.Connection)
	if found.Answers && !found.Proves {
		t.Control = ""
	}
	return found.Proves, err
}

// mayWrite refuses a run that would write to a target of which nobody said that it may. What
// the profile says is not believed.
func (o *Options) mayWrite(t *Target, list []suite.Scenario, config *runner.Config) error {
	entries, err := plan.Select(list, t, config.Filter)
	writes := func(e plan.Entry) bool { return e.Runs() && e.Scenario.Access == suite.Write }
	switch {
	case err != nil, !slices.ContainsFunc(entries, writes):
		return err
	case o.ConfirmOrganization == "":
		return fmt.Errorf("%s is not known to be disposable: to write to it set ConfirmOrganization to %s, its organization, in the options; Access: suite.Read changes nothing. Nothing was run", t.BaseURL, t.Organization.ID)
	case !strings.EqualFold(o.ConfirmOrganization, t.Organization.ID):
		return fmt.Errorf("ConfirmOrganization names %s, and the profile's organization is %s. Nothing was run", o.ConfirmOrganization, t.Organization.ID)
	}
	return nil
}
