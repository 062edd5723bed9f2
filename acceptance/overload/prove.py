"""Ten times the callers that keep the service busy: who is let in, how fast, and what comes after."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from acceptance.checks import Report, eventually, expect
from acceptance.service import Service
from acceptance.web import call, status_of

HERE = os.path.dirname(os.path.abspath(__file__))
# Enough to keep all places of a small machine taken, and more of them for tasks that cost little; the better of the two is
# what the service can carry.
BUSY = 16
BUSIER = 64
TASKS = {
    "the same task": "summarize financial documents",
    "another task each time": "summarize financial documents of case 0000000 and mail them to my colleague",
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jar", required=True)
    options.add_argument("--seconds", type=int, default=15)
    chosen = options.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        prove(report, chosen, folder)
    return report.finish()


def prove(report, chosen, folder):
    classes = os.path.join(folder, "classes")
    subprocess.run(["javac", "-d", classes, os.path.join(HERE, "Load.java")], check=True)
    service = Service("overload", chosen.jar, folder, PROVIDERS="sample", LOGGING_LEVEL="WARNING")
    # The whole compiler: throughput is what is measured
    service.process.command.remove("-XX:TieredStopAtLevel=1")
    # A core each: callers that share the service's would wait for it twice, and be counted as slow themselves
    service.process.command[:0] = ["taskset", "-c", "0"]
    service.start()
    eventually(30, "flows", lambda: len(service.flows()) > 0)

    def load(task, callers, seconds, pause=0):
        request = os.path.join(folder, "request")
        with open(request, "wb") as out:
            out.write(whole(service, task))
        run = subprocess.run(
            ["taskset", "-c", "1", "java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", classes, "Load"]
            + [str(service.port), request, str(callers), str(seconds), str(pause)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(run.stdout)

    for name, task in TASKS.items():
        for _ in range(2):
            load(task, BUSY, chosen.seconds)
        few, more = (load(task, callers, chosen.seconds) for callers in (BUSY, BUSIER))
        usual = max(few, more, key=lambda measured: measured["ok_per_second"])
        show(f"{name}: {BUSY} callers", few, usual)
        show(f"{name}: {BUSIER} callers", more, usual)
        with report.check(f"{name}: all are served while the service is busy and no more"):
            expect(set(statuses(few)) == {"200"}, f"statuses {statuses(few)}")
        for times in (10, 40):
            crowd = load(task, BUSY * times, chosen.seconds, pause=1000)
            show(f"{name}: {BUSY * times} callers, who come back after a second", crowd, usual)
            after = load(task, BUSY, 3)
            show(f"{name}: {BUSY} callers right after", after, usual)
            with report.check(f"{name}, {times} times the callers: nearly as many served, at most twice as slow"):
                expect(set(statuses(crowd)) <= {"200", "503"}, f"statuses {statuses(crowd)}")
                expect(crowd["cut"] == 0, f"{crowd['cut']} without an answer")
                expect(crowd["ok_per_second"] >= 0.9 * usual["ok_per_second"], "too few")
                expect(crowd["200"]["p99"] <= 2 * usual["200"]["p99"], "too slow")
            with report.check(f"{name}, {times} times the callers: as usual right after"):
                expect(after["ok_per_second"] >= 0.8 * usual["ok_per_second"], "too few")
        hammering = load(task, BUSY * 10, chosen.seconds)
        show(f"{name}: {BUSY * 10} callers, who come back at once", hammering, usual)
        with report.check(f"{name}: callers who do not wait as they are told do not end the service"):
            expect(set(statuses(hammering)) <= {"200", "503"}, f"statuses {statuses(hammering)}")
            expect(hammering["ok_per_second"] >= 0.5 * usual["ok_per_second"], "too few")
    with report.check("health and metrics are answered throughout, and the log is short"):
        expect(status_of(f"{service.url}/health") == 200, "health")
        metrics = call("GET", f"http://127.0.0.1:{service.management}/actuator/prometheus").text
        expect("agent_runtime_requests_seconds" in metrics, "no metrics")
        lines = service.log().count('problem="overloaded"')
        expect(lines < 5 * chosen.seconds * 6, f"{lines} lines about refusals")
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
