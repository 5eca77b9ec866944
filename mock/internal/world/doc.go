// Package world holds the state of the fake: typed tables over copy-on-write
// ordered trees.
//
// A [World] is an immutable snapshot. Readers take one from a [Store] and never
// wait. A writer gets a [Tx] from [Store.Update]: it sees its own changes, and
// they become the store's next snapshot when the function returns nil, whole, or
// not at all. Taking a snapshot, resetting to one and starting a second store
// from one cost the same whatever the size of the world.
//
// Rows are shared between snapshots. A row that was read is never changed: copy
// the struct, change the copy, put it back.
package world
