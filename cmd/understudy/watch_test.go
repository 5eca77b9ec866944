package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// stopwatch is a timer in the hands of a test.
type stopwatch struct {
	started chan struct{} // one for each that is started
	done    chan time.Time
}

func newStopwatch() *stopwatch {
	return &stopwatch{make(chan struct{}, 1000), make(chan time.Time)}
}

func (s *stopwatch) after(time.Duration) <-chan time.Time {
	s.started <- struct{}{}
	return s.done
}

// watched is a folder with a file that is being watched.
type watched struct {
	*GomegaWithT
	folder, file string
	clock        *stopwatch
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
		for {
			select {
			case <-w.clock.started:
				continue
			case w.clock.done <- time.Time{}:
			}
			break
		}
		if got := <-w.looked; got == want {
			return
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
			w := &watched{NewWithT(t), folder, filepath.Join(folder, "world.yaml"), newStopwatch(), make(chan string)}
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
	w := &watched{NewWithT(t), folder, filepath.Join(folder, "world.yaml"), newStopwatch(), make(chan string)}
	w.Expect(err).NotTo(HaveOccurred())
	w.write("world.yaml", "old")
	w.start(t)
	for i := range 10 {
		w.write("world.yaml", fmt.Sprint(i))
		<-w.clock.started
	}
	w.Expect(w.looked).NotTo(Receive())
	w.reads("9")
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
		g.Expect(w.concerns(filepath.Join(folder, name))).To(Equal(concerns), name)
	}
}
