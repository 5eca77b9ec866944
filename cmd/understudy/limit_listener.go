package main

import (
	"net"
	"sync"
)

// limitListener accepts no more connections at once than there is room for. That of
// golang.org/x/net hides what its connections are, and a fault that resets one has to
// know.
type limitListener struct {
	net.Listener
	room   chan struct{}
	closed chan struct{}
	close  func()
}

func newLimitListener(listener net.Listener, most int) *limitListener {
	closed := make(chan struct{})
	return &limitListener{listener, make(chan struct{}, most), closed, sync.OnceFunc(func() { close(closed) })}
}

// Accept waits for room, then for a connection.
func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case l.room <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	leave := sync.OnceFunc(func() { <-l.room })
	if err != nil {
		leave()
		return nil, err
	}
	return &limitedConn{conn, leave}, nil
}

// Close also ends the wait for room.
func (l *limitListener) Close() error {
	err := l.Listener.Close()
	l.close()
	return err
}

// limitedConn makes room when it is closed.
type limitedConn struct {
	net.Conn
	leave func()
}

// NetConn is the connection itself.
func (c *limitedConn) NetConn() net.Conn { return c.Conn }

// Close makes room for another one.
func (c *limitedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
