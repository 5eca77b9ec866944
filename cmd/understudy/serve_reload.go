package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// reloader keeps a fake at what its world file says.
type reloader struct {
	file  string
	world *fixtures.World // that is served
	fake  *mock.Server
	renew func() error // what others read of the world
	out   io.Writer
	wrong string // what was last said of the file, "" when it is fine
}

// watchWorld watches the file of the world; nil is when there is none to watch. It
// comes before the world is read, so that no change is missed.
func (cmd *serveCommand) watchWorld(out io.Writer) *watcher {
	if cmd.NoWatch || slices.Contains(fixtures.Names(), cmd.World) {
		return nil
	}
	changes, err := newWatcher(cmd.World, time.After)
	if err != nil {
		_, _ = fmt.Fprintf(out, "understudy: changes of %s will not be noticed (--no-watch says that they need not): %v\n", cmd.World, err)
		return nil
	}
	return changes
}

// start follows the file beside what else is done. What it returns ends that, and waits
// until it has ended.
func (r *reloader) start(ctx context.Context, changes *watcher) (stop func()) {
	if changes == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { r.follow(ctx, changes) })
	return func() {
		cancel()
		following.Wait()
	}
}

// follow looks whenever the file may have changed, until ctx ends.
func (r *reloader) follow(ctx context.Context, changes *watcher) {
	if err := changes.run(ctx, r.look); err != nil {
		r.say("changes of %s are not noticed any more; start again after one: %v", r.file, err)
	}
}

// look reads the file and serves what it says now. A file that is wrong changes
// nothing. Nor does one that says the same in other words: the state would be lost
// for nothing.
func (r *reloader) look() {
	world, err := fixtures.LoadFile(r.file)
	same := err == nil && reflect.DeepEqual(world, r.world)
	if err == nil && !same {
		err = r.fake.Replace(world)
	}
	switch {
	case err != nil && err.Error() == r.wrong:
	case err != nil:
		r.wrong = err.Error()
		r.say("still serves the world %q as it was, for the file is wrong:\n%v", r.world.Name, err)
	case !same:
		r.wrong, r.world = "", world
		if err := r.renew(); err != nil {
			r.say("%v", err)
		}
		r.say("serves the world %q of %s anew: %d users, %d organizations, %d keys",
			world.Name, r.file, len(world.Users), len(world.Organizations), len(world.Keys))
	case r.wrong != "":
		r.wrong = ""
		r.say("%s is right again, and the same as what is served", r.file)
	}
}

func (r *reloader) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, "understudy: "+format+"\n", args...)
}

// settleTime is how long a file must be left alone before it is read: editors write
// in several steps.
const settleTime = 100 * time.Millisecond

// timer is time.After, or what a test has in its place.
type timer func(time.Duration) <-chan time.Time

// watcher tells when a file may read differently: it was written or replaced, a
// symbolic link on the way to it leads elsewhere, it went or came back. It watches
// folders, as what is watched of a file that is replaced is the old one.
type watcher struct {
	file   string
	after  timer
	notify *fsnotify.Watcher
	trail  []string
}

// newWatcher watches from now on; run then tells of what has happened since.
func newWatcher(file string, after timer) (*watcher, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{file: file, after: after, notify: notify}
	if err := w.rearm(); err != nil {
		return nil, errors.Join(err, notify.Close())
	}
	return w, nil
}

// run calls look when what happened has settled, until ctx ends. It ends early, with
// the reason, when it cannot watch any more.
func (w *watcher) run(ctx context.Context, look func()) error {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.notify.Events:
			if w.concerns(event.Name) {
				settled = w.after(settleTime)
			}
		case <-w.notify.Errors: // something was missed
			settled = w.after(settleTime)
		case <-settled:
			settled = nil
			if err := w.rearm(); err != nil {
				return err
			}
			look()
		}
	}
}

// Close ends watching.
func (w *watcher) Close() error { return w.notify.Close() }

// concerns tells whether the file hangs on what has this name.
func (w *watcher) concerns(name string) bool {
	return slices.ContainsFunc(w.trail, func(path string) bool {
		return path == name || strings.HasPrefix(path, strings.TrimSuffix(name, string(filepath.Separator))+string(filepath.Separator))
	})
}

// rearm watches anew, as what has happened may have put other folders in place.
func (w *watcher) rearm() error {
	for _, folder := range w.notify.WatchList() {
		_ = w.notify.Remove(folder) // it may have gone by itself
	}
	w.trail = trailOf(w.file)
	for _, path := range w.trail {
		if err := w.add(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// add watches a folder, or what there is of the way to it.
func (w *watcher) add(folder string) error {
	for {
		err := w.notify.Add(folder)
		missing := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
		above := filepath.Dir(folder)
		if !missing || above == folder {
			return err
		}
		folder = above
	}
}

// mostLinks is how many symbolic links are followed, as systems do.
const mostLinks = 40

// trailOf lists what decides where a file is read from: each symbolic link on the
// way, and what the last one leads to, which need not be there.
func trailOf(file string) (trail []string) {
	for range mostLinks {
		link, rest, found := firstLink(file)
		if !found {
			break
		}
		trail = append(trail, link)
		target, _ := os.Readlink(link) // one that has just gone leads to its folder
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(link), target)
		}
		file = filepath.Join(target, rest)
	}
	return append(trail, file)
}

// firstLink splits a path behind the first symbolic link in it.
func firstLink(path string) (link, rest string, found bool) {
	for at := 1; at <= len(path); at++ {
		if at < len(path) && !os.IsPathSeparator(path[at]) {
			continue
		}
		if info, err := os.Lstat(path[:at]); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return path[:at], path[at:], true
		}
	}
	return "", "", false
}
