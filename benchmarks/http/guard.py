"""A request seen before against an empty route, in turns, in one server."""

import argparse
import os
import re
import shutil
import statistics
import sys

from acceptance.checks import Report, eventually, expect
from acceptance.web import call
from bench import catalog, load, machine, subjects
from bench.subjects import BOTH_CORES, LOAD_CORE, PROVISION, SERVER_CORE, TOKEN, ask

_HERE = os.path.dirname(os.path.abspath(__file__))
# 1.4 to 1.5 is usual on both.
_MOST_CPU, _MOST_ALLOCATION = 2.5, 3.0
_ROUNDS, _SECONDS, _WARM = 5, 2, 15
# The young generation is small, so that what is allocated is known to a part of it.
_JVM = ["-Xmx256m", "-Xmn16m", "-XX:+UseSerialGC"]


def main():
    options = argparse.ArgumentParser()
    for name in ("--java", "--app", "--work"):
        options.add_argument(name, required=True)
    o = options.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    rows = catalog.flows(2_000)
    langflow = catalog.FakeLangflow(rows)
    routes = os.path.join(o.work, "routes")
    os.makedirs(routes, exist_ok=True)
    shutil.copy(os.path.join(_HERE, "noop.camel.yaml"), routes)
    service = subjects.service(
        "service", o.work, o.java, o.app, langflow.url, _JVM, routes, cores=BOTH_CORES, EMBEDDING="off"
    )
    generator = load.Load(o.java, LOAD_CORE)
    report = Report()
    try:
        service.start()
        asked = rows[::31][:64]
        eventually(60, "the first right answer", lambda: ask(service.port, catalog.task(asked[0])).status == 200)
        right = r'~200 \{"flow_id":"%s","matched":true,.*\}'
        files = {
            "noop": write(o, "noop", ((catalog.task(row), "/api/v1/agents/noop", "200 {}") for row in asked)),
            "seen": write(o, "seen", ((catalog.task(row), PROVISION, right % row["id"]) for row in asked)),
        }
        for file in files.values():
            service.measure(generator, file, _WARM)
        machine.pin(service.pid, {SERVER_CORE})
        cpu, allocated = {"noop": [], "seen": []}, {"noop": [], "seen": []}
        for _ in range(_ROUNDS):
            for name, file in files.items():
                before = allocated_bytes(service)
                result = service.measure(generator, file, _SECONDS)
                cpu[name].append(result["cpu_us"])
                allocated[name].append((allocated_bytes(service) - before) / result["answers"])
        judge(report, "processor time", cpu, "us", _MOST_CPU)
        judge(report, "memory allocated", allocated, "bytes", _MOST_ALLOCATION)
    finally:
        service.stop()
        generator.stop()
    return report.finish()


def judge(report, what, seen, unit, most):
    with report.check(f"{what} of a request seen before is at most {most} times that of an empty route"):
        one, nothing = (statistics.median(seen[name]) for name in ("seen", "noop"))
        report.say(f"{one:.0f} {unit} over {nothing:.0f} {unit} is {one / nothing:.2f}")
        expect(one <= most * nothing, f"{one / nothing:.2f} times")


def write(o, name, requests):
    return load.write(
        os.path.join(o.work, f"{name}.txt"),
        ((load.request("POST", path, TOKEN, {"description": text}), answer) for text, path, answer in requests),
    )


def allocated_bytes(service):
    text = call("GET", f"http://127.0.0.1:{service.management}/actuator/prometheus").text
    return float(re.search(r"^jvm_gc_memory_allocated_bytes_total(?:\{.*\})? (\S+)", text, re.M)[1])


if __name__ == "__main__":
    sys.exit(main())
