package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	s := startServingJSON(t, "--world", world, "--target-out", profile)
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
	s := startServingJSON(t, "--world", world, "--target-out", filepath.Join(folder, "target.json"))
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
	s := startServingJSON(t)
	s.Expect(s.World).To(Equal("default"))
	s.Expect(s.Control).To(Equal(s.URL + "/_understudy"))
	s.Expect(s.Dashboard).To(Equal(s.URL + "/_understudy/"))
	s.Expect(s.Keys).To(ContainElement(announcedKey{"phx_understudy_admin_00000000000000000000000000", "admin@hedgerow.example", []string{"*"}}))
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

	g.Expect(replaceFile(link, []byte("new"))).To(Succeed())
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

	g.Expect(replaceFile(filepath.Join(folder, "nowhere", "x"), nil)).NotTo(Succeed())
}

// fakeTimer is a timer in the hands of a test.
type fakeTimer struct {
	started chan struct{} // one for each that is started
	done    chan time.Time
}

func newFakeTimer() *fakeTimer {
	return &fakeTimer{make(chan struct{}, 1000), make(chan time.Time)}
}

func (s *fakeTimer) after(time.Duration) <-chan time.Time {
	s.started <- struct{}{}
	return s.done
}

// watched is a folder with a file that is being watched.
type watched struct {
	*GomegaWithT
	folder, file string
	clock        *fakeTimer
	looked       chan string // what the file held when it was looked at
}

func (w *watched) path(name string) string { return filepath.Join(w.folder, name) }

func (w *watched) write(name, text string) {
	w.Expect(os.WriteFile(w.path(name), []byte(text), 0o600)).To(Succeed())
}

func (w *watched) start(t *testing.T) {
	watcher, err := newWatcher(w.file, w.clock.after)
	w.Expect(err).NotTo(HaveOccurred())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- watcher.run(ctx, func() {
			text, err := os.ReadFile(w.file)
			if err != nil {
				text = []byte("unreadable")
			}
			w.looked <- string(text)
		})
	}()
	t.Cleanup(func() {
		stop()
		w.Expect(<-ended).To(Succeed())
		w.Expect(watcher.Close()).To(Succeed())
	})
}

// reads waits for something to happen, lets it settle, and wants the file to hold
// this. What happens late starts the time anew.
func (w *watched) reads(want string) {
	for {
		<-w.clock.started
		if w.settles() == want {
			return
		}
	}
}

// settles lets what has happened settle, and returns what is read then.
func (w *watched) settles() string {
	for {
		select {
		case <-w.clock.started:
		case w.clock.done <- time.Time{}:
			return <-w.looked
		}
	}
}

func TestWatcher(t *testing.T) {
	for _, tc := range []struct {
		name   string
		before func(w *watched)
		change func(w *watched)
		want   string
	}{
		{"written in place", nil, func(w *watched) { w.write("world.yaml", "new") }, "new"},
		{"replaced by a rename", nil, func(w *watched) {
			w.write(".world.yaml.swp", "new")
			w.Expect(os.Rename(w.path(".world.yaml.swp"), w.file)).To(Succeed())
		}, "new"},
		{"removed", nil, func(w *watched) { w.Expect(os.Remove(w.file)).To(Succeed()) }, "unreadable"},
		{"removed and made again", nil, func(w *watched) {
			w.Expect(os.Remove(w.file)).To(Succeed())
			w.write("world.yaml", "new")
		}, "new"},
		{"not there at first", func(w *watched) { w.Expect(os.Remove(w.file)).To(Succeed()) },
			func(w *watched) { w.write("world.yaml", "new") }, "new"},
		{"its folder replaced", func(w *watched) {
			w.Expect(os.Mkdir(w.path("folder"), 0o700)).To(Succeed())
			w.file = w.path("folder/world.yaml")
			w.write("folder/world.yaml", "old")
		}, func(w *watched) {
			w.Expect(os.Mkdir(w.path("other"), 0o700)).To(Succeed())
			w.write("other/world.yaml", "new")
			w.Expect(os.Rename(w.path("folder"), w.path("gone"))).To(Succeed())
			w.Expect(os.Rename(w.path("other"), w.path("folder"))).To(Succeed())
		}, "new"},
		{"its folders made later", func(w *watched) { w.file = w.path("a/b/world.yaml") }, func(w *watched) {
			w.Expect(os.MkdirAll(w.path("a/b"), 0o700)).To(Succeed())
			w.write("a/b/world.yaml", "new")
		}, "new"},
		{"a link turned elsewhere", func(w *watched) {
			w.Expect(os.Remove(w.file)).To(Succeed())
			w.write("old.yaml", "old")
			w.Expect(os.Symlink("old.yaml", w.file)).To(Succeed())
		}, func(w *watched) {
			w.write("new.yaml", "new")
			w.Expect(os.Symlink("new.yaml", w.path("link"))).To(Succeed())
			w.Expect(os.Rename(w.path("link"), w.file)).To(Succeed())
		}, "new"},
		{"what a link leads to, in another folder", func(w *watched) {
			w.Expect(os.Mkdir(w.path("elsewhere"), 0o700)).To(Succeed())
			w.write("elsewhere/world.yaml", "old")
			w.Expect(os.Remove(w.file)).To(Succeed())
			w.Expect(os.Symlink(w.path("elsewhere/world.yaml"), w.file)).To(Succeed())
		}, func(w *watched) { w.write("elsewhere/world.yaml", "new") }, "new"},
		{"a mounted ConfigMap", func(w *watched) {
			w.Expect(os.Remove(w.file)).To(Succeed())
			w.configMap("..2026_01", "old")
			w.Expect(os.Symlink("..data/world.yaml", w.file)).To(Succeed())
		}, func(w *watched) { w.configMap("..2026_02", "new") }, "new"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			folder, err := filepath.EvalSymlinks(t.TempDir())
			w := &watched{NewWithT(t), folder, filepath.Join(folder, "world.yaml"), newFakeTimer(), make(chan string)}
			w.Expect(err).NotTo(HaveOccurred())
			w.write("world.yaml", "old")
			if tc.before != nil {
				tc.before(w)
			}
			w.start(t)
			tc.change(w)
			w.reads(tc.want)
			w.change(tc.want)
		})
	}
}

// configMap puts a version of the volume in place as a kubelet does: one rename.
func (w *watched) configMap(version, text string) {
	w.Expect(os.Mkdir(w.path(version), 0o700)).To(Succeed())
	w.write(version+"/world.yaml", text)
	w.Expect(os.Symlink(version, w.path("..data_tmp"))).To(Succeed())
	w.Expect(os.Rename(w.path("..data_tmp"), w.path("..data"))).To(Succeed())
}

// change wants to be told again, now that other folders may be watched.
func (w *watched) change(was string) {
	if was == "unreadable" {
		w.write("world.yaml", "back")
		w.reads("back")
		return
	}
	w.Expect(os.WriteFile(w.file, []byte("later"), 0o600)).To(Succeed())
	w.reads("later")
}

// Whatever happens while it settles is looked at once.
func TestWatcherWaits(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	w := &watched{NewWithT(t), folder, filepath.Join(folder, "world.yaml"), newFakeTimer(), make(chan string)}
	w.Expect(err).NotTo(HaveOccurred())
	w.write("world.yaml", "old")
	w.start(t)
	for i := range 10 {
		w.write("world.yaml", fmt.Sprint(i))
		<-w.clock.started
	}
	w.Expect(w.looked).NotTo(Receive())
	w.Expect(w.settles()).To(Equal("9"))
}

// What happens to other files of the folder does not concern it.
func TestWatcherConcerns(t *testing.T) {
	g := NewWithT(t)
	folder, err := filepath.EvalSymlinks(t.TempDir())
	g.Expect(err).NotTo(HaveOccurred())
	w, err := newWatcher(filepath.Join(folder, "a", "world.yaml"), time.After)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { g.Expect(w.Close()).To(Succeed()) })
	for name, concerns := range map[string]bool{
		"a/world.yaml": true, "a": true, ".": true,
		"a/world.yaml.swp": false, "a/other.yaml": false, "world.yaml": false, "a/world.yaml/x": false, "ab": false,
	} {
		g.Expect(w.affects(filepath.Join(folder, name))).To(Equal(concerns), name)
	}
}
