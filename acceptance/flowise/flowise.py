"""A real Flowise, started on loopback, filled through its own API."""

import json
import os
import secrets

from acceptance.live import Session, node_environment
from acceptance.processes import Process, free_port, wait_until_up
from acceptance.web import status_of

# A cold first start migrates its database and loads some hundred components.
_START_SECONDS = 240


class Flowise:
    def __init__(self, home, folder):
        self.home, self.folder, self.port = home, os.path.join(folder, "flowise"), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self._session = Session(self.url, **{"x-request-from": "internal"})

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        environment = node_environment(
            self.folder,
            HOST="127.0.0.1",
            PORT=str(self.port),
            APP_URL=self.url,
            DATABASE_TYPE="sqlite",
            DATABASE_PATH=self.folder,
            SECRETKEY_PATH=self.folder,
            LOG_PATH=os.path.join(self.folder, "logs"),
            BLOB_STORAGE_PATH=os.path.join(self.folder, "storage"),
            DISABLE_FLOWISE_TELEMETRY="true",
            **{name: secrets.token_urlsafe(24) for name in (
                "JWT_AUTH_TOKEN_SECRET", "JWT_REFRESH_TOKEN_SECRET", "EXPRESS_SESSION_SECRET", "TOKEN_HASH_SECRET")},
        )
        command = ["node", os.path.join(self.home, "node_modules", "flowise", "bin", "run"), "start"]
        self.process = Process("Flowise", command, environment, self.folder, self.folder + ".log").start()
        return self

    def wait(self):
        """Until it takes requests; answers the seconds."""
        return wait_until_up(self.process, lambda: status_of(f"{self.url}/api/v1/ping") == 200, _START_SECONDS)

    def key(self):
        """An owner, and a key that may look at flows and no more."""
        password = "Fake-1" + secrets.token_urlsafe(12)
        user = {"name": "Owner", "email": "owner@example.com", "type": "pro", "credential": password}
        self._session.ask("POST", "/api/v1/account/register", {"user": user})
        self._session.ask("POST", "/api/v1/auth/login", {"email": "owner@example.com", "password": password})
        asked = {"keyName": "acceptance", "permissions": ["chatflows:view", "agentflows:view"]}
        keys = self._session.ask("POST", "/api/v1/apikey", asked)
        return next(key["apiKey"] for key in keys if key["keyName"] == "acceptance")

    def flow(self, name, category="", kind="CHATFLOW"):
        body = {"name": name, "category": category, "type": kind, "flowData": json.dumps({"nodes": [], "edges": []})}
        return self._session.ask("POST", "/api/v1/chatflows", body)["id"]
