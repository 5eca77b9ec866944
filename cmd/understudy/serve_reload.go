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

// reloader replaces the world of a fake when the world's file changes.
type reloader struct {
	file      string
	world     *fixtures.World // that is served
	fake      *mock.Server
	onReload  func() error // what others read of the world
	out       io.Writer
	lastError string // what was last said of the file, "" when it is fine
}

// watchWorld starts to watch the file of the world; nil if there is none to watch. It is
// called before the world is read, so that no change is missed.
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

// start watches the file in a goroutine. The returned function ends it and waits for it.
func (r *reloader) start(ctx context.Context, changes *watcher) (stop func()) {
	if changes == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { r.watch(ctx, changes) })
	return func() {
		cancel()
		following.Wait()
	}
}

// watch reloads the file whenever it may have changed, until ctx is done.
func (r *reloader) watch(ctx context.Context, changes *watcher) {
	if err := changes.run(ctx, r.reload); err != nil {
		r.logf("changes of %s are not noticed any more; start again after one: %v", r.file, err)
	}
}

// reload reads the file and serves its world. An invalid file changes nothing. Neither
// does one with an equal world, so that the state is not lost for a comment.
func (r *reloader) reload() {
	world, err := fixtures.LoadFile(r.file)
	same := err == nil && reflect.DeepEqual(world, r.world)
	if err == nil && !same {
		err = r.fake.Replace(world)
	}
	switch {
	case err != nil && err.Error() == r.lastError:
	case err != nil:
		r.lastError = err.Error()
		r.logf("still serves the world %q as it was, for the file is wrong:\n%v", r.world.Name, err)
	case !same:
		r.lastError, r.world = "", world
		if err := r.onReload(); err != nil {
			r.logf("%v", err)
		}
		r.logf("serves the world %q of %s anew: %d users, %d organizations, %d keys",
			world.Name, r.file, len(world.Users), len(world.Organizations), len(world.Keys))
		noteLeftOut(r.out, r.fake)
	case r.lastError != "":
		r.lastError = ""
		r.logf("%s is right again, and the same as what is served", r.file)
	}
}

func (r *reloader) logf(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, "understudy: "+format+"\n", args...)
}

// quietTime is how long a file must be left alone before it is read: editors write
// in several steps.
const quietTime = 100 * time.Millisecond

// timer is time.After, or what a test has in its place.
type timer func(time.Duration) <-chan time.Time

// watcher notices when the content of a file may have changed: it was written, replaced,
// removed or created, or a symbolic link in its path changed. fsnotify does not follow
// links, and keeps watching the old file when one is replaced: so this watches folders.
type watcher struct {
	file   string
	after  timer
	notify *fsnotify.Watcher
	paths  []string
}

// newWatcher starts to watch. Changes before run is called are not lost.
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
	if err := w.watchFolders(); err != nil {
		return nil, errors.Join(err, notify.Close())
	}
	return w, nil
}

// run calls changed after each burst of events, until ctx is done. It returns an error
// when it cannot watch any longer.
func (w *watcher) run(ctx context.Context, look func()) error {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-w.notify.Events:
			if w.affects(event.Name) {
				settled = w.after(quietTime)
			}
		case <-w.notify.Errors: //nolint:errcheck // whatever the error, an event was missed
			settled = w.after(quietTime)
		case <-settled:
			settled = nil
			if err := w.watchFolders(); err != nil {
				return err
			}
			look()
		}
	}
}

// Close stops watching.
func (w *watcher) Close() error { return w.notify.Close() }

// affects reports whether a change of this name can change what the file reads.
func (w *watcher) affects(name string) bool {
	return slices.ContainsFunc(w.paths, func(path string) bool {
		return path == name || strings.HasPrefix(path, strings.TrimSuffix(name, string(filepath.Separator))+string(filepath.Separator))
	})
}

// watchFolders watches the folders that the path leads through now.
func (w *watcher) watchFolders() error {
	for _, folder := range w.notify.WatchList() {
		_ = w.notify.Remove(folder) // it may have gone by itself
	}
	w.paths = linksOf(w.file)
	for _, path := range w.paths {
		if err := w.add(filepath.Dir(path)); err != nil {
			return err
		}
	}
	return nil
}

// add watches a folder, or its closest parent that exists.
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

// maxLinks is how many symbolic links are followed, as operating systems do.
const maxLinks = 40

// linksOf lists the paths that decide what a file reads: each symbolic link that its path
// leads through, and the file at the end, which need not exist.
func linksOf(file string) (trail []string) {
	for range maxLinks {
		link, rest, found := firstSymlink(file)
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

// firstSymlink splits a path after the first symbolic link in it.
func firstSymlink(path string) (link, rest string, found bool) {
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
