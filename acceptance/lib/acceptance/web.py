"""One HTTP call, no redirects followed, nothing thrown for a status."""

import gzip
import http.client
import json
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.text[:400]}"


def call(method, url, body=None, headers=None, timeout=15):
    """A dict or list as body is sent as JSON, a tuple of pairs as a form."""
    parts = urllib.parse.urlsplit(url)
    sent = dict(headers or {})
    if isinstance(body, (dict, list)):
        body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
    elif isinstance(body, tuple):
        body, sent["Content-Type"] = urllib.parse.urlencode(body).encode(), "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, sent)
        response = connection.getresponse()
        read = response.read()
        if response.getheader("Content-Encoding") == "gzip":
            read = gzip.decompress(read)
        return Answer(response.status, response.headers, read)
    finally:
        connection.close()


def status_of(url, timeout=2):
    """The status, or None while nothing answers."""
    try:
        return call("GET", url, timeout=timeout).status
    except (OSError, http.client.HTTPException):
        return None
