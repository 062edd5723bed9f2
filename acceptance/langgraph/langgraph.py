"""A real LangGraph development server, started on loopback, filled through its own API."""

import os
import shutil

from acceptance.live import node_environment
from acceptance.processes import Process, free_port, wait_until_up
from acceptance.web import call, status_of

_START_SECONDS = 120


class LangGraph:
    """`home` is where the server and its graphs are installed; it keeps its assistants in `folder`, for one run."""

    def __init__(self, home, folder):
        self.home, self.folder, self.port = home, os.path.join(folder, "langgraph"), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        for file in ("graphs.mjs", "langgraph.json", "package.json"):
            shutil.copy(os.path.join(self.home, file), self.folder)
        os.symlink(os.path.join(self.home, "node_modules"), os.path.join(self.folder, "node_modules"))
        command = [os.path.join(self.home, "node_modules", ".bin", "langgraphjs"), "dev", "--no-browser"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        environment = node_environment(self.folder, LANGSMITH_TRACING="false", LANGGRAPH_CLI_NO_ANALYTICS="1")
        self.process = Process("LangGraph", command, environment, self.folder, self.folder + ".log").start()
        return self

    def wait(self):
        """Until it takes requests; answers the seconds."""
        return wait_until_up(self.process, lambda: status_of(f"{self.url}/ok") == 200, _START_SECONDS)

    def assistant(self, graph, name, description=""):
        body = {"graph_id": graph, "name": name}
        if description:
            body["description"] = description
        return call("POST", f"{self.url}/assistants", body).json["assistant_id"]
