"""Ten times the callers that keep the service busy: who is let in, how fast, and what comes after."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from acceptance import live
from acceptance.checks import eventually, expect
from acceptance.service import Service
from acceptance.web import call, status_of

HERE = os.path.dirname(os.path.abspath(__file__))
SERVICE_CORE, CALLERS_CORE = map(str, sorted(os.sched_getaffinity(0))[:2])
# Longer than a burst that is served whole takes, so that what is counted is what comes after it.
LEAD = 4
# Seconds of the usual load before and after each crowd
AROUND = 6


class Kind(NamedTuple):
    """Tasks that cost about the same, and how many callers with them are carried well."""

    name: str
    text: str
    busy: int
    warm: int
    more: tuple


# One core takes three to four milliseconds for each
COSTLY = Kind(
    "another task each time",
    "summarize financial documents of case 0000000 and mail them to my colleague",
    busy=16,
    warm=1,
    more=(10, 40),
)
# As many as may be under way at once, less some for the load's own unevenness
CHEAP = Kind("the same task", "summarize financial documents", busy=400, warm=3, more=(10,))


class Round(NamedTuple):
    """A crowd, and what the few got around it."""

    crowd: dict
    around: dict
    again: float

    @property
    def served(self):
        return self.crowd["ok_per_second"] / self.around["ok_per_second"]

    @property
    def p99(self):
        return self.crowd["200"]["p99"] / self.around["200"]["p99"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jar", required=True)
    options.add_argument("--seconds", type=int, default=9, help="of each crowd")
    options.add_argument("--rounds", type=int, default=3, help="how often each crowd comes")
    chosen = options.parse_args()
    return live.run(lambda report, folder, started: prove(report, chosen, folder))


def prove(report, chosen, folder):
    classes = os.path.join(folder, "classes")
    subprocess.run(["javac", "-d", classes, os.path.join(HERE, "Load.java")], check=True)
    service = Service("overload", chosen.jar, folder, PROVIDERS="sample", LOGGING_LEVEL="WARNING")
    # The whole compiler: throughput is what is measured
    service.process.command.remove("-XX:TieredStopAtLevel=1")
    # A core each: callers that share the service's would wait for it twice, and be counted as slow themselves
    service.process.command[:0] = ["taskset", "-c", SERVICE_CORE]
    service.start()
    eventually(30, "flows", lambda: len(service.flows()) > 0)
    began = time.monotonic()

    def load(kind, callers, seconds, when="AT_ONCE", lead=1):
        request = os.path.join(folder, "request")
        with open(request, "wb") as out:
            out.write(whole(service, kind.text))
        run = subprocess.run(
            ["taskset", "-c", CALLERS_CORE, "java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", classes, "Load"]
            + [str(part) for part in (service.port, request, callers, seconds, when, lead)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(run.stdout)

    def crowd_of(kind, name, before, callers, when):
        """
        Comes and goes a few times. What the few get right before and right after is what a crowd is held to, and of all
        rounds the one in the middle counts: the machine's speed drifts.
        """
        rounds = []
        for _ in range(chosen.rounds):
            crowd = load(kind, callers, chosen.seconds, when=when, lead=LEAD)
            after = load(kind, kind.busy, AROUND)
            around = {
                "ok_per_second": (before["ok_per_second"] + after["ok_per_second"]) / 2,
                "200": {"p99": (before["200"]["p99"] + after["200"]["p99"]) / 2},
            }
            show(name, crowd, around)
            show(f"{kind.name}: {kind.busy} callers right after", after, before)
            rounds.append(Round(crowd, around, after["ok_per_second"] / before["ok_per_second"]))
            before = after
        served = statistics.median(one.served for one in rounds)
        p99 = statistics.median(one.p99 for one in rounds)
        again = statistics.median(one.again for one in rounds)
        print(f"      in the middle: served {served:4.2f}, p99 {p99:4.2f}, right after {again:4.2f}", flush=True)
        with report.check(f"{name}: nearly as many served, at most twice as slow"):
            for one in rounds:
                expect(set(statuses(one.crowd)) <= {"200", "503"}, f"statuses {statuses(one.crowd)}")
                expect(one.crowd["cut"] == 0, f"{one.crowd['cut']} without an answer")
            expect(served >= 0.9, "too few")
            expect(p99 <= 2, "too slow")
        with report.check(f"{name}: as usual right after"):
            expect(again >= 0.9, "too few")
        return before

    pin(service.process.pid, f"{SERVICE_CORE},{CALLERS_CORE}")
    for kind in (COSTLY, CHEAP):
        for _ in range(kind.warm):
            load(kind, kind.busy, 15)
    pin(service.process.pid, SERVICE_CORE)
    of = {}
    for kind in (COSTLY, CHEAP):
        load(kind, kind.busy, 5)
        usual = of[kind] = load(kind, kind.busy, chosen.seconds)
        show(f"{kind.name}: {kind.busy} callers", usual, usual)
        with report.check(f"{kind.name}: all are served while the service is busy and no more"):
            expect(set(statuses(usual)) == {"200"}, f"statuses {statuses(usual)}")
        before = load(kind, kind.busy, AROUND)
        for times in kind.more:
            name = f"{kind.name}: {kind.busy * times} callers, who come back as they are told"
            before = crowd_of(kind, name, before, callers=kind.busy * times, when="TOLD")
    often = 10 * of[COSTLY]["ok_per_second"]
    # Refusals are compiled meanwhile, as all else was before
    pin(service.process.pid, f"{SERVICE_CORE},{CALLERS_CORE}")
    for _ in range(3):
        load(COSTLY, 0, 15, when=often)
    pin(service.process.pid, SERVICE_CORE)
    before = load(COSTLY, COSTLY.busy, AROUND)
    crowd_of(COSTLY, f"{COSTLY.name}: {often:.0f} requests a second, whatever is answered", before, callers=0, when=often)
    hammering = load(COSTLY, COSTLY.busy * 10, chosen.seconds, lead=LEAD)
    show(f"{COSTLY.name}: {COSTLY.busy * 10} callers, who come back at once", hammering, of[COSTLY])
    with report.check(f"{COSTLY.name}: callers who do not wait as they are told do not end the service"):
        expect(set(statuses(hammering)) <= {"200", "503"}, f"statuses {statuses(hammering)}")
        expect(hammering["ok_per_second"] >= 0.5 * of[COSTLY]["ok_per_second"], "too few")
    with report.check("health and metrics are answered throughout, and the log is short"):
        expect(status_of(f"{service.url}/health") == 200, "health")
        metrics = call("GET", f"http://127.0.0.1:{service.management}/actuator/prometheus").text
        expect("agent_runtime_requests_seconds" in metrics, "no metrics")
        lines = service.log().count('problem="overloaded"')
        expect(lines < 1.5 * (time.monotonic() - began) + 10, f"{lines} lines about refusals")
    with report.check("it stops with exit code 0"):
        time.sleep(1)
        expect(service.stop() == 0, "exit code")


def whole(service, task):
    body = json.dumps({"description": task}).encode()
    head = (
        "POST /api/v1/agents/provision HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {service.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def pin(pid, cores):
    """All threads that a process has, and those that they start."""
    subprocess.run(["taskset", "-a", "-c", "-p", cores, str(pid)], check=True, stdout=subprocess.DEVNULL)


def statuses(measured):
    return [key for key in measured if key.isdigit()]


def show(name, measured, usual):
    served, refused = measured.get("200", {}), measured.get("503", {})
    print(
        f"      {name:<72} served {measured['ok_per_second']:7.0f}/s ({measured['ok_per_second'] / usual['ok_per_second']:4.2f})"
        f"  p50 {served.get('p50', 0):6.0f} ms  p99 {served.get('p99', 0):6.0f} ms"
        f" ({served.get('p99', 0) / usual['200']['p99']:4.2f})  refused {refused.get('count', 0):6d}"
        f" p99 {refused.get('p99', 0):5.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
