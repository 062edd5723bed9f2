"""The servers that are compared, each a process of its own on one core."""

import os
import secrets
import shutil

from acceptance.processes import Process, free_port, wait_until_up
from acceptance.tokens import mint
from acceptance.web import call, status_of
from bench import machine

if len(os.sched_getaffinity(0)) < 2:
    raise SystemExit("two cores are needed")
# On some machines the first two are threads of one core
BOTH_CORES = SERVER_CORE, LOAD_CORE = sorted(os.sched_getaffinity(0))[:2]
# One collector and one heap for all in Java, so that what is compared is the code.
JVM = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC"]
PROVISION = "/api/v1/agents/provision"
SECRET = secrets.token_urlsafe(48)
TOKEN = mint(SECRET, subject="benchmark", seconds=24 * 3600)


class Subject:
    def __init__(self, name, folder, command, environment, up, cores=(SERVER_CORE,)):
        self.name = name
        kept = {k: os.environ[k] for k in ("PATH", "LANG", "TMPDIR") if k in os.environ}
        folder = os.path.join(folder, name)
        shutil.rmtree(folder, ignore_errors=True)
        pinned = ["taskset", "-c", ",".join(map(str, cores)), *command]
        self.process = Process(name, pinned, {**kept, **environment}, folder, os.path.join(folder, "log"))
        self._up = up

    def start(self, patience=120):
        self.process.start()
        self.started_in = wait_until_up(self.process, self._up, patience)
        return self

    @property
    def pid(self):
        return self.process.pid

    def measure(self, load, file, seconds, port=None, **how):
        """What the load generator saw, and the processor time the server took for it."""
        before = machine.cpu_seconds(self.pid)
        result = load.run(port or self.port, file, seconds, **how)
        cpu = machine.cpu_seconds(self.pid) - before
        result["cpu"] = cpu
        result["cpu_us"] = cpu / result["answers"] * 1e6
        result["rps"] = result["answers"] / result["seconds"]
        return result

    def stop(self):
        self.process.stop(patience=10)


def service(name, folder, java, app, langflow, jvm=JVM, routes=None, cores=(SERVER_CORE,), **settings):
    """The packaged service, extracted."""
    port, management = free_port(), free_port()
    values = {
        "ENVIRONMENT": "testing",
        "PORT": port,
        "MANAGEMENT_PORT": management,
        "M2M_JWT_SECRET_KEY": SECRET,
        "STATE_DIR": "",
        "PROVIDERS": "langflow",
        "LANGFLOW_API_URL": langflow,
        "CATALOG_TTL_SECONDS": 3600,
        **({"ROUTES_DIR": routes} if routes else {}),
        **settings,
    }
    environment = {f"AGENT_RUNTIME_SERVICE_{k}": str(v) for k, v in values.items()}
    jar = os.path.join(app, "agent-runtime-service.jar")
    subject = Subject(
        name,
        folder,
        [java, *jvm, "-jar", jar],
        environment,
        lambda: status_of(f"http://127.0.0.1:{port}/health/ready") == 200,
        cores,
    )
    subject.port, subject.management = port, management
    return subject


def peer_in_java(name, folder, java, app, peers, main, flows):
    port = free_port()
    classpath = f"{peers}:{app}/agent-runtime-service.jar:{app}/lib/*"
    command = [java, *JVM, "-Dsun.net.httpserver.nodelay=true", "-cp", classpath]
    subject = Subject(
        name,
        folder,
        [*command, f"io.agentruntime.provision.{main}", str(port), flows, SECRET],
        {},
        lambda: ask(port, "x").status is not None,
    )
    subject.port = port
    return _patient(subject)


def peer_in_python(name, folder, python, here, answers, logs):
    port = free_port()
    command = [python, "-m", "uvicorn", "peer:app", "--app-dir", here, "--port", str(port), "--loop", "uvloop"]
    command += ["--http", "httptools", "--no-access-log", "--log-level", "warning"]
    environment = {"PEER_SECRET": SECRET, "PEER_ANSWERS": answers, **({"PEER_LOG": "1"} if logs else {})}
    subject = Subject(name, folder, command, environment, lambda: ask(port, "x").status is not None)
    subject.port = port
    return _patient(subject)


def _patient(subject):
    up = subject._up

    def later():
        try:
            return up()
        except OSError:
            return False

    subject._up = later
    return subject


def ask(port, description, path=PROVISION):
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "*/*"}
    return call("POST", f"http://127.0.0.1:{port}{path}", {"description": description}, headers)


def knows_meanings(subject):
    """A word that no flow holds finds candidates by meaning alone."""
    return bool(ask(subject.port, "qwzx", "/api/v1/agents/candidates").json["candidates"])
