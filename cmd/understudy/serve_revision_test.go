package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

const domainsPath = organizationPath + "domains/"

// The revision is named in the greeting and in answers, and is what is played.
func TestServeRevision(t *testing.T) {
	for revision, fields := range map[string]int{"2026-03": 15, "2026-06": 20, "2026-09": 8} {
		t.Run(revision, func(t *testing.T) {
			s := startServingJSON(t, "--revision", revision)
			s.Expect(s.Revision).To(Equal(revision))
			_, list := s.get(domainsPath, s.Keys[0].Value)
			s.Expect(list.Get("results.0").Map()).To(HaveLen(fields))
			answer, err := http.Get(s.URL + domainsPath)
			s.Expect(err).NotTo(HaveOccurred())
			s.Expect(answer.Body.Close()).To(Succeed())
			s.Expect(answer.Header.Get("Understudy-Revision")).To(Equal(revision))

			var variables, errs bytes.Buffer
			s.Expect(run(t.Context(), []string{"env", "--url", s.URL, "--shell", "json"}, streams{nil, &variables, &errs})).To(Equal(exitOK), errs.String())
			scim := gjson.ParseBytes(variables.Bytes())
			server := strings.TrimPrefix(scim.Get("UNDERSTUDY_SCIM_URL").String(), s.URL)
			status, _ := s.get(server+"/Users", scim.Get("UNDERSTUDY_SCIM_TOKEN").String())
			s.Expect(status).To(Equal(http.StatusOK), "the SCIM server of the variables")
		})
	}
}

// People are told which revision is served, too.
func TestServeRevisionInWords(t *testing.T) {
	s := startServing(t)
	NewWithT(t).Expect(s.announced).To(MatchRegexp(`(?m)^  revision   2026-06  `))
}

// What the revision cannot hold of a world is said once, and again of a world that is
// served anew, in the same revision.
func TestServeLeavesOut(t *testing.T) {
	world := filepath.Join(t.TempDir(), "world.yaml")
	g := NewWithT(t)
	g.Expect(os.WriteFile(world, worldText(t, "First", "phx_first_key"), 0o600)).To(Succeed())
	s := startServingJSON(t, "--world", world, "--revision", "2026-03")
	said := s.says("First: the identity provider config")
	s.Expect(said).To(ConsistOf(
		HavePrefix("understudy: left out of the world: First: ID-JAG of the domain agents.hedgerow.example;"),
		HaveSuffix("which no domain has; revision 2026-03 has no place for it")))

	g.Expect(os.WriteFile(world, worldText(t, "Second", "phx_second_key"), 0o600)).To(Succeed())
	s.Expect(s.says("anew")).To(HaveLen(1), "nothing is said twice")
	s.says("left out of the world: Second: the identity provider config")
	_, list := s.get(domainsPath, "phx_second_key")
	s.Expect(list.Get("results.0").Map()).To(HaveLen(15))
}

// A world that is written for a revision is served in it, and in another one on request.
func TestServeRevisionOfWorld(t *testing.T) {
	world := filepath.Join(t.TempDir(), "world.yaml")
	NewWithT(t).Expect(os.WriteFile(world, []byte("name: new\nrevision: 2026-09\n"), 0o600)).To(Succeed())
	s := startServingJSON(t, "--world", world)
	s.Expect(s.Revision).To(Equal("2026-09"))
	s = startServingJSON(t, "--world", world, "--revision", "2026-06")
	s.Expect(s.Revision).To(Equal("2026-06"))
}

// The revision of a target is found out, and said in the plan and in the report; a flag comes first.
func TestVerifyFindsTheRevision(t *testing.T) {
	skipUnderRace(t, "plays the suite several times")
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "target.json")
	startServing(t, "--revision=2026-09", "--target-out", file)
	const found = "2026-09 (domain rows have 8 keys; config rows have 24 keys; configs have has_oidc)"
	g.Expect(command(t, exitOK, "verify", "--target", file, "--run", "domains.create.*")).To(ContainSubstring("\nrevision " + found + "\n"))
	g.Expect(command(t, exitOK, "verify", "--target", file, "--plan")).To(ContainSubstring("  revision      " + found + "\n"))
	told := command(t, exitFailed, "verify", "--target", file, "--run", "domains.create.*", "--revision=2026-06")
	g.Expect(told).To(ContainSubstring("revision 2026-06, as told; what the target shows is " + found))
}
