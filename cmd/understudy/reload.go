package main

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"time"

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
