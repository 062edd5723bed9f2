"""The packaged service, started as an operator would: the jar and environment variables."""

import os
import secrets
import shutil

from acceptance.processes import Process, free_port, wait_until_up
from acceptance.tokens import mint
from acceptance.web import call, status_of

_PREFIX = "AGENT_RUNTIME_SERVICE_"
# 10 s where the machine is its own; 55 s were seen on two cores shared by ten processes.
_START_SECONDS = 180


class Service:
    """`settings` are named without the prefix, for example LANGFLOW_API_URL."""

    # Everything any service of this run answered, for the search for secrets at the end.
    said = []
    all_started = []
    java = shutil.which("java")

    def __init__(self, name, jar, folder, **settings):
        self.name = name
        self.port, self.management = free_port(), free_port()
        self.secret = secrets.token_urlsafe(48)
        self.token = mint(self.secret)
        self.state = os.path.join(folder, name, "state")
        values = {
            "ENVIRONMENT": "testing",
            "PORT": self.port,
            "MANAGEMENT_PORT": self.management,
            "M2M_JWT_SECRET_KEY": self.secret,
            "STATE_DIR": self.state,
            **settings,
        }
        environment = {k: os.environ[k] for k in ("PATH", "JAVA_HOME", "LANG", "TMPDIR") if k in os.environ}
        environment["HOME"] = os.path.join(folder, name)
        environment.update({_PREFIX + k: str(v) for k, v in values.items()})
        # The quick compiler alone: on few cores it halves the start, and nothing here measures throughput.
        command = [self.java, "-XX:TieredStopAtLevel=1", "-Xmx512m", "-jar", jar]
        log = os.path.join(folder, f"{name}.log")
        self.process = Process(name, command, environment, os.path.join(folder, name), log)
        self.url = f"http://127.0.0.1:{self.port}"
        self.root = f"{self.url}/api/v1"

    def start(self):
        self.process.start()
        Service.all_started.append(self)
        self.started_in = wait_until_up(
            self.process, lambda: status_of(f"{self.url}/health/ready") == 200, _START_SECONDS
        )
        return self

    def stop(self):
        return self.process.stop()

    def call(self, method, path, body=None, headers=None, token=True, timeout=15):
        sent = {"Accept": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {self.token}"
        answer = call(method, self.url + path, body, sent, timeout)
        Service.said.append(f"{list(answer.headers.items())} {answer.text}")
        return answer

    def provision(self, description, project_hint=None, headers=None):
        body = {"description": description}
        if project_hint is not None:
            body["project_hint"] = project_hint
        return self.call("POST", "/api/v1/agents/provision", body, headers)

    def flows(self):
        return self.call("GET", "/api/v1/flows?limit=200").json["flows"]

    def provider(self, name):
        return next(p for p in self.call("GET", "/api/v1/providers").json["providers"] if p["name"] == name)

    def refresh(self, name):
        return self.call("POST", f"/api/v1/providers/{name}/refresh")

    def log(self):
        return self.process.written()
