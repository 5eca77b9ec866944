package main

import (
	"errors"
	"fmt"
	"testing"

	. "github.com/onsi/gomega"
)

// TestSpeaksNoHTTP has what net/http says of a server that greets before it is asked:
// which of the first two comes is a matter of timing.
func TestSpeaksNoHTTP(t *testing.T) {
	var nothing error
	for _, tc := range []struct {
		name string
		err  error
		want bool
	}{
		{"asked first", errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP status code "mail.example"`), true},
		{"greeted first", fmt.Errorf("readLoopPeekFailLocked: %w", nothing), true}, // as net/http does
		{"cut off", fmt.Errorf("readLoopPeekFailLocked: %w", errors.New("connection reset by peer")), false},
		{"closed", errors.New("http: server closed idle connection"), false},
	} {
		t.Run(tc.name, func(t *testing.T) { NewWithT(t).Expect(speaksNoHTTP(tc.err)).To(Equal(tc.want)) })
	}
}
