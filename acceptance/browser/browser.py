"""A headless Chromium of our own, driven over the WebDriver protocol, that remembers each request and each complaint."""

import base64
import json
import os
import shutil
import urllib.parse

from acceptance.checks import eventually
from acceptance.processes import Process, free_port, wait_until_up
from acceptance.web import call, status_of

# The name WebDriver gives an element's id.
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

_SELECT_ALL = "\ue009a\ue000"  # Control down, a, all keys up

_INSIDE = {"data", "blob", "about", "chrome", "chrome-untrusted"}

_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,2000",
    # A name that is no address of this machine does not resolve, so that a request elsewhere fails loudly
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


class Browser:
    def __init__(self, folder):
        port = free_port()
        environment = {k: os.environ[k] for k in ("PATH", "LANG", "TMPDIR") if k in os.environ}
        environment["HOME"] = os.path.join(folder, "browser")
        self.process = Process(
            "chromedriver",
            [shutil.which("chromedriver"), f"--port={port}", "--allowed-ips=127.0.0.1"],
            environment,
            environment["HOME"],
            os.path.join(folder, "chromedriver.log"),
        )
        self._profile = os.path.join(folder, "profile")
        self._driver_url = f"http://127.0.0.1:{port}"
        self._session = None
        self._forget()

    def _forget(self):
        self._addresses = {}  # by request id
        self.requests = []  # (method, url)
        self.responses = []  # (status, url)
        self.failures = []  # (reason, url)
        self.complaints = []  # what the console shows in red, a broken content policy among it

    def start(self):
        self.process.start()
        wait_until_up(self.process, lambda: status_of(f"{self._driver_url}/status") == 200, 30)
        options = {"binary": shutil.which("chromium"), "args": [*_FLAGS, f"--user-data-dir={self._profile}"]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        begun = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{begun['sessionId']}"
        self.version = begun["capabilities"]["browserVersion"]
        # The page the browser opens by itself is none of ours
        self.open("about:blank")
        self.listen()
        self._forget()
        return self

    def stop(self):
        if self._session:
            self._ask("DELETE", self._session)
            self._session = None
        self.process.stop()

    def open(self, url):
        self._ask("POST", f"{self._session}/url", {"url": url})

    def script(self, text):
        return self._ask("POST", f"{self._session}/execute/sync", {"script": text, "args": []})

    def click(self, css):
        self._of(css, "click", {})

    def type(self, css, text):
        """Replaces what the field holds."""
        self._of(css, "value", {"text": _SELECT_ALL + text})

    def text(self, css):
        return self.script(f"const e = document.querySelector({json.dumps(css)}); return e && e.innerText")

    def picture(self, file):
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "wb") as out:
            out.write(base64.b64decode(self._ask("GET", f"{self._session}/screenshot")))

    def listen(self):
        """Takes over what happened since the last call."""
        for line in self._ask("POST", f"{self._session}/se/log", {"type": "browser"}):
            if line["level"] == "SEVERE":
                self.complaints.append(line["message"])
        for line in self._ask("POST", f"{self._session}/se/log", {"type": "performance"}):
            event = json.loads(line["message"])["message"]
            said = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                request = said["request"]
                self._addresses[said["requestId"]] = request["url"]
                self.requests.append((request["method"], request["url"]))
            elif event["method"] == "Network.responseReceived":
                self.responses.append((said["response"]["status"], said["response"]["url"]))
            elif event["method"] == "Network.loadingFailed" and said["requestId"] in self._addresses:
                self.failures.append((said["errorText"], self._addresses[said["requestId"]]))

    def hosts(self):
        """Every host a request went to. Pages of the browser itself and addresses that hold their own data ask no host."""
        parts = [urllib.parse.urlsplit(url) for _, url in self.requests]
        return {p.netloc for p in parts if p.scheme not in _INSIDE}

    def _of(self, css, action, body):
        found = eventually(20, f"there is {css}", lambda: self._find(css))
        # In the middle of the window, where no fixed bar lies over it
        self.script(f"document.querySelector({json.dumps(css)}).scrollIntoView({{block: 'center'}})")
        self._ask("POST", f"{self._session}/element/{found}/{action}", body)

    def _find(self, css):
        found = self._ask("POST", f"{self._session}/elements", {"using": "css selector", "value": css})
        return found[0][_ELEMENT] if found else None

    def _ask(self, method, path, body=None):
        answer = call(method, self._driver_url + path, body, timeout=90)
        value = answer.json["value"]
        if answer.status != 200:
            raise AssertionError(f"the browser refuses {path}: {value['error']}: {value['message'].splitlines()[0]}")
        return value
