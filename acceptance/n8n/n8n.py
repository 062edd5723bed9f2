"""A real n8n, started on loopback, filled through its own API."""

import os
import secrets

from acceptance.live import Session, node_environment
from acceptance.processes import Process, free_port, wait_until_up
from acceptance.web import status_of

# A cold first start migrates its database.
_START_SECONDS = 180

_EVERY_TWELVE_HOURS = {
    "id": "start",
    "name": "Schedule",
    "type": "n8n-nodes-base.scheduleTrigger",
    "typeVersion": 1.2,
    "position": [0, 0],
    "parameters": {"rule": {"interval": [{"field": "hours", "hoursInterval": 12}]}},
}


class N8n:
    def __init__(self, home, folder):
        self.home, self.folder, self.port = home, os.path.join(folder, "n8n"), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self._session = Session(self.url, **{"browser-id": "acceptance"})

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        environment = node_environment(
            self.folder,
            N8N_PORT=str(self.port),
            N8N_LISTEN_ADDRESS="127.0.0.1",
            N8N_USER_FOLDER=self.folder,
            N8N_RUNNERS_BROKER_PORT=str(free_port()),
            N8N_SECURE_COOKIE="false",
            N8N_DIAGNOSTICS_ENABLED="false",
            N8N_VERSION_NOTIFICATIONS_ENABLED="false",
            N8N_TEMPLATES_ENABLED="false",
            N8N_PERSONALIZATION_ENABLED="false",
            # Both ask n8n's own server, by themselves
            N8N_DISABLED_MODULES="mcp-registry,community-packages",
            DB_TYPE="sqlite",
        )
        command = ["node", os.path.join(self.home, "node_modules", "n8n", "bin", "n8n"), "start"]
        self.process = Process("n8n", command, environment, self.folder, self.folder + ".log").start()
        return self

    def wait(self):
        """Until it takes requests; answers the seconds."""
        return wait_until_up(self.process, lambda: status_of(f"{self.url}/healthz/readiness") == 200, _START_SECONDS)

    def key(self):
        """An owner, and a key that can do what the provider's page says and no more."""
        owner = {"email": "owner@example.com", "firstName": "Fake", "lastName": "Owner"}
        self._session.ask("POST", "/rest/owner/setup", {**owner, "password": "Fake1" + secrets.token_urlsafe(12)})
        asked = {"label": "acceptance", "expiresAt": None, "scopes": ["workflow:list", "workflow:read"]}
        return self._session.ask("POST", "/rest/api-keys", asked)["data"]["rawApiKey"]

    def workflow(self, name, description="", active=True, archived=False):
        body = {"name": name, "nodes": [_EVERY_TWELVE_HOURS], "connections": {}, "settings": {}}
        if description:
            body["description"] = description
        made = self._session.ask("POST", "/rest/workflows", body)["data"]
        if active:
            self._session.ask("POST", f"/rest/workflows/{made['id']}/activate", {"versionId": made["versionId"]})
        if archived:
            self._session.ask("POST", f"/rest/workflows/{made['id']}/archive", {})
        return made["id"]
