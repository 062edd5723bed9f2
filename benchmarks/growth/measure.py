"""One service for each size of catalog, measured one after another."""

import argparse
import json
import os
import subprocess
import sys
import time

from acceptance.checks import eventually
from acceptance.web import call
from bench import catalog, load, machine, subjects
from bench.subjects import BOTH_CORES, LOAD_CORE, PROVISION, SERVER_CORE, TOKEN

_JVM = ["-Xms96m", "-Xmx600m", "-XX:+UseSerialGC"]
_CONNECTIONS = (1, 16, 64, 256)
# Who send texts that the models read
_FEW = 4


def main():
    options = argparse.ArgumentParser()
    for name in ("--java", "--app", "--classes", "--work"):
        options.add_argument(name, required=True)
    options.add_argument("--sizes", default="100,1000,10000,100000")
    options.add_argument("--semantic", default="100,1000")
    options.add_argument("--parts", default="10000,100000")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--warm", type=float, default=30)
    o = options.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    generator = load.Load(o.java, LOAD_CORE)
    file = os.path.join(o.work, "result.json")
    described = machine.described(o.java)
    result = {**described, "sizes": {}, "semantic": {}, "parts": {}}
    if os.path.exists(file):
        with open(file, encoding="utf-8") as f:
            known = json.load(f)
        others = {k: known.get(k) for k in described if k != "date" and known.get(k) != described[k]}
        if others:
            print(f"what {file} holds is of {others}: all is measured anew", flush=True)
        else:
            result |= {k: known[k] for k in ("sizes", "semantic", "parts", "connections") if k in known}
    try:
        for size in numbers(o.sizes):
            result["sizes"][str(size)] = by_words(o, generator, size, result)
            write(file, result)
        for size in numbers(o.semantic):
            result["semantic"][str(size)] = by_meaning(o, generator, size)
            write(file, result)
        for size in numbers(o.parts):
            result["parts"][str(size)] = by_meaning(o, generator, size, made(o, size))
            write(file, result)
    finally:
        generator.stop()


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def write(file, result):
    with open(file, "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)


def made(o, size):
    """A folder with the vectors of so many flows, put together from those of their parts."""
    state = os.path.join(o.work, f"state-{size}")
    os.makedirs(state, exist_ok=True)
    flows = os.path.join(o.work, f"parts-{size}.jsonl")
    with open(flows, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(it) + "\n" for it in catalog.with_parts(size))
    classpath = f"{o.classes}:{o.app}/agent-runtime-service.jar:{o.app}/lib/*"
    vectors = os.path.join(state, "vectors.bin")
    subprocess.run(
        [o.java, "-cp", classpath, "io.agentruntime.matching.meaning.VectorsOfParts", flows, vectors], check=True
    )
    return state


def started(o, size, embedding, state=""):
    rows = catalog.flows(size)
    langflow = catalog.FakeLangflow(rows)
    service = subjects.service(
        f"flows-{size}-{embedding}",
        o.work,
        o.java,
        o.app,
        langflow.url,
        _JVM,
        cores=BOTH_CORES,
        EMBEDDING=embedding,
        STATE_DIR=state,
    ).start()
    eventually(120, f"{size} flows", lambda: total(service) == size)
    return rows, langflow, service


def total(service):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = call("GET", f"http://127.0.0.1:{service.port}/api/v1/flows?limit=1", headers=headers, timeout=60)
    return answer.json.get("total")


def by_words(o, generator, size, result):
    rows, langflow, service = started(o, size, "off")
    try:
        seen, new = files(o, rows)
        warm(o, generator, service, seen)
        warm(o, generator, service, new)
        rounds = {"seen": [], "new": []}
        for _ in range(o.rounds):
            rounds["seen"].append(service.measure(generator, seen, o.seconds))
            rounds["new"].append(service.measure(generator, new, o.seconds))
        before = machine.cpu_seconds(service.pid)
        took = changed(service, langflow, rows)
        cpu = machine.cpu_seconds(service.pid) - before
        one = {
            **rounds,
            "list_mib": langflow.list_bytes / 2**20,
            "refresh": took,
            "refresh_cpu": cpu,
            "rss": machine.rss_mib(service.pid),
        }
        if size == 1000:
            result["connections"] = {
                str(n): [service.measure(generator, seen, o.seconds, connections=n) for _ in range(o.rounds)]
                for n in _CONNECTIONS
            }
        said(size, one)
        return one
    finally:
        service.stop()


def by_meaning(o, generator, size, state=""):
    """From the first request to the first candidate found by meaning, on both cores; then the cost of new texts."""
    began = time.monotonic()
    rows, langflow, service = started(o, size, "in-process", state)
    try:
        words = time.monotonic() - began
        eventually(1800, "meanings", lambda: subjects.knows_meanings(service), every=0.5)
        ready = time.monotonic() - began
        cpu = machine.cpu_seconds(service.pid)
        # Vectors put together are near to the models' own, not the same: a neighbour may be the first
        _, new = files(o, rows, exact=not state)
        warm(o, generator, service, new, _FEW)
        rounds = [service.measure(generator, new, o.seconds, connections=_FEW) for _ in range(o.rounds)]
        rss = machine.rss_mib(service.pid)
        one = {"words": words, "meanings": ready, "cpu": cpu, "new": rounds, "rss": rss}
        machine.pin(service.pid, BOTH_CORES)
        one["refresh"] = changed(service, langflow, rows)
        if not subjects.knows_meanings(service):
            raise AssertionError("the changed list is answered from by words alone")
        one["peak_rss"] = machine.peak_rss_mib(service.pid)
        said(size, {"seen": rounds, **one})
        return one
    finally:
        service.stop()


def changed(service, langflow, rows):
    """Seconds until a list that differs in one flow is answered from; the last one, which `seen` does not ask for."""
    before = version(service)
    langflow.offer([*rows[:-1], {**rows[-1], "description": "Waters the plants of the winter garden"}])
    began = time.monotonic()
    refresh(service)
    eventually(120, "the changed list", lambda: version(service) != before, every=0.1)
    return time.monotonic() - began


def version(service):
    return subjects.ask(service.port, "water the plants", "/api/v1/agents/candidates").json["catalog_version"]


def refresh(service):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"http://127.0.0.1:{service.port}/api/v1/providers/langflow/refresh"
    answer = call("POST", url, headers=headers, timeout=60)
    if answer.status != 200 or answer.json["status"] != "up":
        raise AssertionError(f"not refreshed: {answer}")


def warm(o, generator, service, file, connections=16):
    machine.pin(service.pid, BOTH_CORES)
    service.measure(generator, file, o.warm, connections=connections)
    machine.pin(service.pid, {SERVER_CORE})
    service.measure(generator, file, 1, connections=connections)


def files(o, rows, exact=True):
    step = max(1, len(rows) // 64)
    known = [(catalog.task(row), row) for row in rows[::step][:64]]
    fresh = [(catalog.task(rows[i * 7919 % len(rows)], i), rows[i * 7919 % len(rows)]) for i in range(12_000)]
    # Names are told apart up to that size; of more flows any is taken, as long as it is one of a catalog
    exact &= len(rows) <= 10_000
    right = (lambda row: load.match(row["id"], row["name"])) if exact else lambda row: load.match()
    # A name for each: the generator keeps the file that it read last
    kind = f"{len(rows)}-{'exact' if exact else 'any'}"
    return requests(o, f"seen-{kind}", known, right), requests(o, f"new-{kind}", fresh, right)


def requests(o, name, tasks, right):
    return load.write(
        os.path.join(o.work, f"{name}.txt"),
        ((load.request("POST", PROVISION, TOKEN, {"description": text}), right(row)) for text, row in tasks),
    )


def said(size, one):
    def middle(rounds):
        return sorted(r["cpu_us"] for r in rounds)[len(rounds) // 2]

    text = ", ".join(f"{k} {v:.2f}" for k, v in one.items() if not isinstance(v, list))
    print(f"{size} flows: seen {middle(one['seen']):.0f} us, new {middle(one['new']):.0f} us, {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
