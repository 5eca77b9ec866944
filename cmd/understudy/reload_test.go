package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/fixtures"
)

const organizationPath = "/api/organizations/@current/"

// worldText is the world "default" with another name for its first organization, who
// has another key.
func worldText(t *testing.T, name, key string) []byte {
	t.Helper()
	text, err := fixtures.Text("default")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	text = bytes.ReplaceAll(text, []byte("Hedgerow Works"), []byte(name))
	return bytes.ReplaceAll(text, []byte("phx_understudy_admin_00000000000000000000000000"), []byte(key))
}

// TestServeAnew edits the file of the world while it is served: a right one is
// served, a wrong one is explained and changes nothing.
func TestServeAnew(t *testing.T) {
	folder := t.TempDir()
	world, profile := filepath.Join(folder, "world.yaml"), filepath.Join(folder, "target.json")
	g := NewWithT(t)
	write := func(text []byte) {
		t.Helper()
		next := filepath.Join(folder, ".world.yaml.tmp")
		g.Expect(os.WriteFile(next, text, 0o600)).To(Succeed())
		g.Expect(os.Rename(next, world)).To(Succeed())
	}
	write(worldText(t, "First", "phx_first_key"))
	s := startGreeted(t, "--world", world, "--target-out", profile)
	named := func(key, want string) {
		t.Helper()
		status, body := s.get(organizationPath, key)
		g.Expect(status).To(Equal(200))
		g.Expect(body.Get("name").String()).To(Equal(want))
	}
	named("phx_first_key", "First")

	write(worldText(t, "Second", "phx_second_key"))
	s.says(`understudy: serves the world "default" of ` + world + ` anew: 4 users, 3 organizations, 16 keys`)
	named("phx_second_key", "Second")
	status, _ := s.get(organizationPath, "phx_first_key")
	g.Expect(status).To(Equal(401))
	text, err := os.ReadFile(profile)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(gjson.GetBytes(text, "credentials.admin.personal_api_key").String()).To(Equal("phx_second_key"))
	g.Expect(gjson.GetBytes(text, "base_url").String()).To(Equal(s.URL))

	wrong := bytes.Replace(worldText(t, "Third", "not-a-key"), []byte("\nusers:"), []byte("\nuser:"), 1)
	write(wrong)
	s.says(`understudy: still serves the world "default" as it was, for the file is wrong:`)
	g.Expect(s.says("did you mean users?")).To(ConsistOf(world + ":10:1: user: unknown field: did you mean users?"))
	named("phx_second_key", "Second")

	write(worldText(t, "Third", "not-a-key"))
	s.says("still serves")
	said := s.says("keys[0].value")
	g.Expect(said[0]).To(And(HavePrefix(world+":"), HaveSuffix(`"not-a-key" is not a personal API key: write phx_ and at least 8 letters, digits, dashes or underscores`)))
	named("phx_second_key", "Second")

	g.Expect(os.Remove(world)).To(Succeed())
	s.says("still serves")
	s.says("no such file")
	named("phx_second_key", "Second")

	write(append([]byte("# the same in other words\n"), worldText(t, "Second", "phx_second_key")...))
	s.says(world + " is right again, and the same as what is served")
	write(worldText(t, "Third", "phx_third_key"))
	s.says("anew")
	named("phx_third_key", "Third")
}

// A new world that has no target section is served, and the profile that could not be
// written is spoken of.
func TestServeAnewWithoutTarget(t *testing.T) {
	folder := t.TempDir()
	world := filepath.Join(folder, "world.yaml")
	g := NewWithT(t)
	g.Expect(os.WriteFile(world, worldText(t, "First", "phx_first_key"), 0o600)).To(Succeed())
	s := startGreeted(t, "--world", world, "--target-out", filepath.Join(folder, "target.json"))
	g.Expect(os.WriteFile(world, []byte("name: bare\n"), 0o600)).To(Succeed())
	s.says(`understudy: world bare has no section "target"`)
	s.says(`serves the world "bare"`)
}

// Neither an embedded world nor a file that was left alone on request is watched.
func TestServeWatchesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "world.yaml")
	NewWithT(t).Expect(os.WriteFile(file, []byte("name: bare\n"), 0o600)).To(Succeed())
	for _, tc := range []struct {
		name string
		cmd  serveCommand
		want bool
	}{
		{"an embedded world", serveCommand{World: "default"}, false},
		{"a file left alone", serveCommand{World: file, NoWatch: true}, false},
		{"a file", serveCommand{World: file}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var said strings.Builder
			changes := tc.cmd.watchWorld(&said)
			g.Expect(changes != nil).To(Equal(tc.want))
			g.Expect(said.String()).To(BeEmpty())
			if changes != nil {
				g.Expect(changes.Close()).To(Succeed())
			}
		})
	}
}

func TestGreetingForPrograms(t *testing.T) {
	s := startGreeted(t)
	s.Expect(s.World).To(Equal("default"))
	s.Expect(s.Control).To(Equal(s.URL + "/_understudy"))
	s.Expect(s.Dashboard).To(Equal(s.URL + "/_understudy/"))
	s.Expect(s.Keys).To(ContainElement(greetedKey{"phx_understudy_admin_00000000000000000000000000", "admin@hedgerow.example", []string{"*"}}))
	status, _ := s.get(organizationPath, s.Keys[0].Value)
	s.Expect(status).To(Equal(200))
}

// What was in the place of a target profile is replaced at once, and a link stays one.
func TestPutInPlace(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	file, link := filepath.Join(folder, "target.json"), filepath.Join(folder, "link.json")
	g.Expect(os.WriteFile(file, []byte("old"), 0o644)).To(Succeed())
	g.Expect(os.Symlink("target.json", link)).To(Succeed())
	before, err := os.Open(file)
	g.Expect(err).NotTo(HaveOccurred())
	defer before.Close()

	g.Expect(putInPlace(link, []byte("new"))).To(Succeed())
	g.Expect(os.ReadFile(file)).To(BeEquivalentTo("new"))
	g.Expect(os.Readlink(link)).To(Equal("target.json"))
	info, err := os.Stat(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)))
	old := make([]byte, 3)
	_, err = before.Read(old)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(old)).To(Equal("old"), "who had it open reads on")
	g.Expect(os.ReadDir(folder)).To(HaveLen(2))

	g.Expect(putInPlace(filepath.Join(folder, "nowhere", "x"), nil)).NotTo(Succeed())
}
