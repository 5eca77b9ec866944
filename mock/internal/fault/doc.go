// Package fault makes calls go wrong on purpose: refusals that the real service
// gives only on a bad day, answers that are lost, cut, slow or broken, and
// connections that are reset.
//
// Faults are resources of a [Set]. Each says which calls it is for (operation,
// caller, from which call on, how often, by what chance) and what happens to
// them, and counts how many calls it matched and how often it was met. [Magic]
// finds faults that a request asks for itself, by a word in its data.
//
// What a call has to expect is a [Decision]. The server takes it through four
// steps, each of which does nothing for a nil Decision:
//
//	d := set.Decide(fault.Call{Operation: id, Callers: callers})
//	if !d.Enter(w, r, sleep) {
//		return // the caller did not wait for it
//	}
//	var answer fault.Answer
//	if !d.Prevents() {
//		answer = record(handler)
//	}
//	answer = d.Answer(answer, fault.API)
//	d.Send(w, r, answer, sleep)
//
// Where a connection is to be cut and cannot be taken over (HTTP/2, a recorder),
// Enter and Send panic with [http.ErrAbortHandler], as net/http wants it. What
// must happen after them belongs into a defer; a journal entry is best written
// before Send.
//
// # Magic words
//
// A request meets a fault without the control plane when "understudy-fault-" and
// one of [MagicWords] stand anywhere in its path, its query or its body, or when the
// header Understudy-Fault holds the word:
//
//	{"target_email": "jane+understudy-fault-429@example.com"}
//	Understudy-Fault: slow-2s
//
// A header that holds no such word is refused; other data is left alone.
package fault
