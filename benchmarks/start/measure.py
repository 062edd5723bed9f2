"""Starts each packaging some times, in turns, and notes when it was ready, when it answered, and what it holds."""

import argparse
import json
import os
import shutil
import sys
import time

from acceptance.processes import Process, free_port
from acceptance.web import call, status_of
from bench import machine
from bench.subjects import PROVISION, SECRET, TOKEN

_TEXT = "summarize financial documents"


def main():
    options = argparse.ArgumentParser()
    for name in ("--java", "--jar", "--app", "--pack", "--work"):
        options.add_argument(name, required=True)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--idle", type=float, default=8, help="seconds from ready until memory is looked at")
    o = options.parse_args()
    version = machine.java_version(o.java)
    app_jar = os.path.join(o.app, "agent-runtime-service.jar")
    ways = {
        "one jar": ([o.java, "-jar", o.jar], None),
        "taken apart": ([o.java, "-jar", app_jar], None),
        "packed": ([o.java, "@jvm.options", "-jar", "agent-runtime-service.jar"], o.pack),
    }
    seen = {}
    for number in range(o.rounds):
        for way, (command, folder) in ways.items():
            for embedding in ("off", "in-process"):
                one = start(o, command, folder, embedding)
                seen.setdefault(f"{way}, {embedding}", []).append(one)
                print(f"{version} {way}, {embedding}: {one}", flush=True)
    sizes = {
        "jar": os.path.getsize(o.jar),
        "taken apart": folder_size(o.app),
        "cache": sum(os.path.getsize(os.path.join(o.pack, f)) for f in os.listdir(o.pack) if f in ("app.aot", "app.jsa")),
    }
    result = {**machine.described(o.java), "starts": seen, "sizes": sizes}
    with open(os.path.join(o.work, f"{version.split('.')[0]}.json"), "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)


def start(o, command, folder, embedding):
    port, management = free_port(), free_port()
    scratch = os.path.join(o.work, "scratch")
    shutil.rmtree(scratch, ignore_errors=True)
    environment = {k: os.environ[k] for k in ("PATH", "LANG", "TMPDIR") if k in os.environ}
    environment.update(
        {
            "MALLOC_ARENA_MAX": "2",
            "AGENT_RUNTIME_SERVICE_ENVIRONMENT": "testing",
            "AGENT_RUNTIME_SERVICE_PORT": str(port),
            "AGENT_RUNTIME_SERVICE_MANAGEMENT_PORT": str(management),
            "AGENT_RUNTIME_SERVICE_PROVIDERS": "sample",
            "AGENT_RUNTIME_SERVICE_STATE_DIR": "",
            "AGENT_RUNTIME_SERVICE_EMBEDDING": embedding,
            "AGENT_RUNTIME_SERVICE_M2M_JWT_SECRET_KEY": SECRET,
        }
    )
    process = Process("service", command, environment, folder or scratch, os.path.join(o.work, "start.log"))
    url = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    process.start()
    try:
        while status_of(f"{url}/health/ready") != 200:
            if not process.alive or time.monotonic() - began > 120:
                raise AssertionError(process.tail())
            time.sleep(0.02)
        ready = time.monotonic() - began
        answer = call("POST", url + PROVISION, {"description": _TEXT}, {"Authorization": f"Bearer {TOKEN}"})
        answered = time.monotonic() - began
        if answer.status != 200 or not answer.json["matched"] or answer.json["note"]:
            raise AssertionError(f"the first answer was {answer}")
        cpu = machine.cpu_seconds(process.pid)
        time.sleep(o.idle)
        return {
            "ready": round(ready, 2),
            "answered": round(answered, 2),
            "cpu": round(cpu, 2),
            "rss": round(machine.rss_mib(process.pid)),
        }
    finally:
        process.stop(patience=10)


def folder_size(folder):
    return sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(folder) for f in files)


if __name__ == "__main__":
    sys.exit(main())
