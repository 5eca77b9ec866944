package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/mock"
)

// serveLimits are what one client may take of the server; 0 is no limit.
type serveLimits struct {
	MaxBody        int64         `default:"4194304" help:"How many bytes a request body may have."`
	MaxHeader      int           `default:"65536" help:"How many bytes the headers of a request may have."`
	MaxConnections int           `default:"4096" help:"How many connections may be open at once. More wait."`
	HeaderTimeout  time.Duration `default:"10s" help:"How long the headers of a request may take."`
	ReadTimeout    time.Duration `default:"1m" help:"How long a whole request may take to arrive."`
	WriteTimeout   time.Duration `default:"5m" help:"How long an answer may take, streams aside."`
	IdleTimeout    time.Duration `default:"2m" help:"How long a connection may stay open between requests."`
}

// listen takes no more connections at once than are allowed.
func (l serveLimits) listen(address *net.TCPAddr) (net.Listener, error) {
	listener, err := net.ListenTCP("tcp", address)
	if err != nil || l.MaxConnections <= 0 {
		return listener, err
	}
	return newLimitListener(listener, l.MaxConnections), nil
}

func (l serveLimits) server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		MaxHeaderBytes:    l.MaxHeader,
		ReadHeaderTimeout: l.HeaderTimeout,
		ReadTimeout:       l.ReadTimeout,
		WriteTimeout:      l.WriteTimeout,
		IdleTimeout:       l.IdleTimeout,
	}
}

// serve answers requests until ctx ends, then finishes what is running: first
// the requests, then the mail that they sent.
func serve(ctx context.Context, listener net.Listener, fake *mock.Server, server *http.Server) error {
	server.RegisterOnShutdown(fake.EndStreams) // they would never finish
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		stopped <- errors.Join(server.Shutdown(grace), fake.Close(grace))
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// local is a server on a free port of this machine.
type local struct {
	url  string
	stop func() // waits until it has ended
}

// listenLocally serves until it is stopped.
func listenLocally(fake *mock.Server) (*local, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- serve(serving, listener, fake, &http.Server{Handler: fake, ReadHeaderTimeout: 10 * time.Second})
	}()
	return &local{"http://" + listener.Addr().String(), func() { stop(); <-done }}, nil
}

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
