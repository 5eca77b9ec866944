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

// limitFlags limit what clients can use of the server; 0 is no limit.
type limitFlags struct {
	MaxBody        int64         `default:"4194304" help:"How many bytes a request body may have."`
	MaxHeader      int           `default:"65536" help:"How many bytes the headers of a request may have."`
	MaxConnections int           `default:"4096" help:"How many connections may be open at once. More wait."`
	HeaderTimeout  time.Duration `default:"10s" help:"How long the headers of a request may take."`
	ReadTimeout    time.Duration `default:"1m" help:"How long a whole request may take to arrive."`
	WriteTimeout   time.Duration `default:"5m" help:"How long an answer may take, streams aside."`
	IdleTimeout    time.Duration `default:"2m" help:"How long a connection may stay open between requests."`
}

// listen opens a listener that accepts no more than MaxConnections at once.
func (l limitFlags) listen(address *net.TCPAddr) (net.Listener, error) {
	listener, err := net.ListenTCP("tcp", address)
	if err != nil || l.MaxConnections <= 0 {
		return listener, err
	}
	return newLimitListener(listener, l.MaxConnections), nil
}

func (l limitFlags) server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		MaxHeaderBytes:    l.MaxHeader,
		ReadHeaderTimeout: l.HeaderTimeout,
		ReadTimeout:       l.ReadTimeout,
		WriteTimeout:      l.WriteTimeout,
		IdleTimeout:       l.IdleTimeout,
	}
}

// serve serves requests until ctx is done, then shuts down gracefully: first the requests
// finish, then the mail that they sent.
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

// localServer is a running server on a free port of the loopback interface.
type localServer struct {
	url  string
	stop func() // waits until it has ended
}

// startLocalServer serves until it is stopped.
func startLocalServer(fake *mock.Server) (*localServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = serve(serving, listener, fake, &http.Server{Handler: fake, ReadHeaderTimeout: 10 * time.Second})
	}()
	return &localServer{"http://" + listener.Addr().String(), func() { stop(); <-ended }}, nil
}

// limitListener limits the number of open connections. golang.org/x/net/netutil has one
// whose connections hide the net.TCPConn, which a fault needs to reset them.
type limitListener struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	close  func()
}

func newLimitListener(listener net.Listener, most int) *limitListener {
	closed := make(chan struct{})
	return &limitListener{listener, make(chan struct{}, most), closed, sync.OnceFunc(func() { close(closed) })}
}

// Accept waits for a free slot, then for a connection.
func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	leave := sync.OnceFunc(func() { <-l.slots })
	if err != nil {
		leave()
		return nil, err
	}
	return &limitedConn{conn, leave}, nil
}

// Close also ends the wait for a slot.
func (l *limitListener) Close() error {
	err := l.Listener.Close()
	l.close()
	return err
}

// limitedConn frees its slot when it is closed.
type limitedConn struct {
	net.Conn
	release func()
}

// NetConn returns the connection that is wrapped.
func (c *limitedConn) NetConn() net.Conn { return c.Conn }

// Close closes the connection and frees its slot.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
