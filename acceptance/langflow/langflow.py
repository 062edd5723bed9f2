"""A real Langflow: installed into a cached virtual environment, started on loopback, spoken to through its own API."""

import base64
import os
import secrets
import subprocess

from acceptance import environments
from acceptance.checks import expect
from acceptance.processes import Process, wait_until_up
from acceptance.web import call, status_of

HERE = os.path.dirname(os.path.abspath(__file__))

USER = "acceptance"
LIST = "/api/v1/flows/?get_all=true&header_flows=true"

# A cold first start on two busy cores took 140 s; a warm one takes 30 to 60 s.
_START_SECONDS = 240

_EMPTY_FLOW = {"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}}
_ONE_NODE = {
    "nodes": [
        {
            "id": "Prompt-1",
            "type": "genericNode",
            "position": {"x": 0, "y": 0},
            "data": {"id": "Prompt-1", "type": "Prompt", "node": {"template": {}}},
        }
    ],
    "edges": [],
}


def package_of(version):
    """Langflow 1.3.4 is langflow-base 0.3.4; from 1.12 on both carry the same number."""
    major, minor, rest = version.split(".", 2)
    return f"langflow-base==0.{minor}.{rest}" if int(minor) < 12 else f"langflow-base=={version}"


def default_home(version):
    return environments.place(f"langflow-{version}")


def install(version, home, say):
    """This release, with its pins if it has some."""
    file = os.path.join(HERE, "pins", f"{version}.txt")
    wanted, pins = [package_of(version)], package_of(version).encode()
    if os.path.exists(file):
        with open(file, "rb") as f:
            wanted, pins = ["-r", file], f.read()
    environments.filled(home, f"Langflow {version}", pins, say, lambda python: _install(python, wanted, say))


def _install(python, wanted, say):
    """uv needs a minute where pip needs six; pip is the way when uv cannot be had or fails."""
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", "-q", "uv"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
        uv = [os.path.join(os.path.dirname(python), "uv"), "pip", "install", "-q", "--python", python, *wanted]
        if subprocess.run(uv, env=_like_pip(pip)).returncode == 0:
            return
        say("uv could not install it, so pip does")
    # The pins are the whole closure: pip needs no resolving, which would take it longer than the downloads.
    whole = ["--no-deps"] if wanted[0] == "-r" else []
    subprocess.run([*pip, "install", "-q", "--prefer-binary", *whole, *wanted], check=True)


def _like_pip(pip):
    """uv reads none of pip's settings: give it the same index, and the machine's own certificates."""
    environment = dict(os.environ, UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1")
    said = subprocess.run([*pip, "config", "get", "global.index-url"], capture_output=True, text=True)
    index = os.environ.get("PIP_INDEX_URL") or said.stdout.strip()
    if index:
        environment["UV_DEFAULT_INDEX"] = index
    return environment


class Langflow:
    """One Langflow with its own folder and SQLite database, which outlive a stop."""

    def __init__(self, name, version, home, folder, port, auto_login):
        self.name, self.version, self.home, self.port, self.auto_login = name, version, home, port, auto_login
        self.folder = os.path.join(folder, name)
        self.log = os.path.join(folder, f"{name}.log")
        self.password = secrets.token_urlsafe(18)
        self.url = f"http://127.0.0.1:{port}"
        self.process = None
        self._token = None

    def start(self):
        """Each start has its own signing key, so tokens given before it are void, as after a real redeployment."""
        self._token = None
        os.makedirs(self.folder, exist_ok=True)
        # Before 1.5, what is missing in the base package fills the log with tracebacks and triples the start.
        quiet = "critical" if int(self.version.split(".")[1]) < 5 else "error"
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": self.folder,
            "TMPDIR": self.folder,
            "LANG": "C.UTF-8",
            "LANGFLOW_AUTO_LOGIN": str(self.auto_login).lower(),
            "LANGFLOW_SUPERUSER": USER,
            "LANGFLOW_SUPERUSER_PASSWORD": self.password,
            "LANGFLOW_SECRET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "LANGFLOW_CONFIG_DIR": os.path.join(self.folder, "config"),
            "LANGFLOW_DATABASE_URL": f"sqlite:///{self.folder}/langflow.db",
            "LANGFLOW_LOG_LEVEL": quiet,
            "LANGFLOW_OPEN_BROWSER": "false",
            "LANGFLOW_STORE": "false",
            "LANGFLOW_WORKERS": "1",
            # Nothing leaves the machine: no telemetry, and a proxy that is not there for all that still tries.
            "DO_NOT_TRACK": "true",
            "LANGFLOW_DO_NOT_TRACK": "true",
            "LANGFLOW_DEACTIVATE_TRACING": "true",
            "OTEL_SDK_DISABLED": "true",
            "CREWAI_DISABLE_TELEMETRY": "true",
            "ANONYMIZED_TELEMETRY": "false",
            "HF_HUB_OFFLINE": "1",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }
        program = os.path.join(self.home, "bin", "langflow")
        if not os.path.exists(program):
            program += "-base"
        command = [program, "run", "--backend-only", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = Process(f"Langflow ({self.name})", command, environment, self.folder, self.log).start()
        return self

    def wait(self):
        return wait_until_up(self.process, lambda: status_of(f"{self.url}/health") == 200, _START_SECONDS)

    def stop(self):
        if self.process:
            self.process.stop(patience=10)

    def tail(self):
        return self.process.tail() if self.process else ""

    def login(self):
        form = (("username", USER), ("password", self.password))
        return call("POST", f"{self.url}/api/v1/login", form, timeout=60)

    def ask(self, method, path, body=None, headers=None):
        if self._token is None:
            said = call("GET", f"{self.url}/api/v1/auto_login", timeout=60) if self.auto_login else self.login()
            expect(said.status == 200, f"Langflow gave no token: {said.status}")
            self._token = said.json["access_token"]
        sent = {"Authorization": f"Bearer {self._token}"} if headers is None else headers
        return call(method, self.url + path, body, sent, timeout=60)

    @property
    def token(self):
        return self._token

    def projects_path(self):
        """Called folders before 1.4."""
        return "/api/v1/projects/" if self.ask("GET", "/api/v1/projects/").status == 200 else "/api/v1/folders/"

    def create_project(self, project):
        body = {"name": project["name"], "description": project["description"]}
        return _made(self.ask("POST", self.projects_path(), body))["id"]

    def create_flow(self, flow, project_id, component=False):
        body = {
            "name": flow["name"],
            "description": flow["description"],
            "data": _ONE_NODE if component else _EMPTY_FLOW,
            "is_component": component,
            "folder_id": project_id,
            "tags": flow.get("tags", []),
        }
        return _made(self.ask("POST", "/api/v1/flows/", body))["id"]

    def delete_flow(self, flow_id):
        expect(self.ask("DELETE", f"/api/v1/flows/{flow_id}").status == 200, "Langflow did not delete the flow")

    def create_api_key(self):
        return _made(self.ask("POST", "/api/v1/api_key/", {"name": "acceptance"}))["api_key"]

    def list(self, **query):
        asked = "".join(f"&{k}={v}" for k, v in query.items())
        return self.ask("GET", LIST + asked).json

    def starter_flows(self):
        """The examples Langflow brings along, as its own list shows them."""
        return [f for f in self.list() if f["id"] not in {g["id"] for g in self.list(remove_example_flows="true")}]


def _made(answer):
    expect(answer.status in (200, 201), f"Langflow did not make it: {answer}")
    return answer.json
