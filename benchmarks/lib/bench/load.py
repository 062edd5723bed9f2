"""Checked load, from one process of its own."""

import base64
import json
import os
import re
import subprocess

_HERE = os.path.dirname(os.path.abspath(__file__))


class WrongAnswer(AssertionError):
    pass


def request(method, path, token=None, body=None):
    """The bytes of one request; a dict is sent as JSON."""
    sent = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    return (head + "\r\n").encode() + sent


def match(flow_id="[0-9a-f-]{36}", name=None):
    """The answer expected: this flow, called a match, or, where a name is given, one that is said to fit as well as that.

    The generated catalog is made of few words, so that each flow has some neighbours that differ in one of them.
    """
    matched = r'"matched":true,"source":"discovery","note":'
    wanted = r'"flow_id":"%s",%s(null|"[^"]*")' % (flow_id, matched)
    if name:
        wanted += r'|"flow_id":"[^"]*",%s"%s fits about as well"' % (matched, re.escape(name))
    return r"~200 \{(%s)\}" % wanted


def write(file, requests):
    """`requests`: pairs of bytes and the expected answer, as Load.java reads them."""
    with open(file, "w", encoding="ascii") as f:
        for sent, expected in requests:
            f.write(f"{base64.b64encode(sent).decode()} {base64.b64encode(expected.encode()).decode()}\n")
    return file


class Load:
    def __init__(self, java, core=None):
        command = [java, "-Xmx1g", "-XX:+UseSerialGC", os.path.join(_HERE, "..", "Load.java")]
        if core is not None:
            command = ["taskset", "-c", str(core), *command]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, port, file, seconds, connections=16, rate=0):
        self.begin(port, file, seconds, connections, rate)
        return self.end()

    def begin(self, port, file, seconds, connections=16, rate=0):
        self._process.stdin.write(f"{port} {connections} {seconds} {rate} {file}\n")
        self._process.stdin.flush()

    def end(self):
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError("the load generator ended")
        result = json.loads(line)
        if result["wrong"]:
            first = base64.b64decode(result["first_wrong"]).decode("utf-8", "replace")
            raise WrongAnswer(f"{result['wrong']} wrong answers, the first: {first[:600]}")
        return result

    def stop(self):
        self._process.stdin.close()
        self._process.wait(10)
