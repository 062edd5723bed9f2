"""A relay in front of a server: hands everything on unchanged, but for a prefix, and remembers what was asked."""

import collections
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Call = collections.namedtuple("Call", "method path version headers body status")

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Relay:
    """`open` and `close` take and give up the port, so that a stopped server refuses connections here as well.

    Of paths that begin with `prefix`, it is taken away; other paths there are not known.
    """

    def __init__(self, port, server_port, prefix=""):
        self.port, self.server_port, self.prefix = port, server_port, prefix
        self.calls, self.secrets = [], set()
        self._lock = threading.Lock()
        self._server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def open(self):
        self._server = _Server(("127.0.0.1", self.port), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def close(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def count(self, prefix, since=0):
        return sum(1 for c in self.calls[since:] if c.path.startswith(prefix))

    def remember(self, call, answer):
        with self._lock:
            self.calls.append(call)
            try:
                said = json.loads(answer)
            except ValueError:
                return
            if isinstance(said, dict):
                self.secrets.update(said[k] for k in ("access_token", "refresh_token", "api_key") if said.get(k))


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A caller that hung up is no news."""


def _handler(relay):
    class Handler(BaseHTTPRequestHandler):
        def _hand_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not self.path.startswith(relay.prefix):
                self.send_error(404)
                return
            path = self.path.removeprefix(relay.prefix)
            upstream = http.client.HTTPConnection("127.0.0.1", relay.server_port, timeout=60)
            try:
                upstream.putrequest(self.command, path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in ("connection", "transfer-encoding"):
                        upstream.putheader(name, value)
                upstream.endheaders(body or None)
                answer = upstream.getresponse()
                read = answer.read()
            except OSError:
                self.close_connection = True
                return
            finally:
                upstream.close()
            relay.remember(
                Call(self.command, self.path, self.request_version, self.headers.items(), body, answer.status), read
            )
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in _OF_ONE_CONNECTION:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(read)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(read)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _hand_on

        def log_message(self, *unused):
            """Calls are remembered, not printed."""

    return Handler
