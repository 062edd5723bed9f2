"""Starts all subjects, warms them up, measures them in turns, and keeps what was seen as JSON."""

import argparse
import json
import os
import shutil
import statistics
import sys
import time

from acceptance.checks import eventually
from bench import catalog, load, machine, subjects
from bench.subjects import BOTH_CORES, LOAD_CORE, PROVISION, SERVER_CORE, TOKEN, ask

_HERE = os.path.dirname(os.path.abspath(__file__))
_FLOWS = 1_000
_SEEN = 64
# Who does the same work, so that it shows what of a latency is the machine's
_AT_HALF = ("seen", "mvc", "floor", "fastapi")
# More than any cache of the service holds, so that a text that comes round is a new one again.
_NEW = 12_000
# Of texts that people wrote: each model keeps 2,000 texts, and one of them reads some quarter of these.
_LEAST_NEW = 12_000
# Of the matches for texts of people, four in ten of which fit nothing; docs/matching.md has 65 to 95 % for sets alone.
_LEAST_RIGHT = 0.5


def main():
    options = argparse.ArgumentParser()
    for name in ("--app", "--peers", "--work", "--java", "--python"):
        options.add_argument(name, required=True)
    options.add_argument("--only", default="seen,noop,live,mvc,floor,fastapi,fastapi-log,lexical,semantic,people,half,beside")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--warm", type=float, default=60, help="longest warm-up of one subject in seconds")
    options.add_argument("--out")
    options = options.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    version = machine.java_version(options.java)
    folder = os.path.join(options.work, version)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    run = Run(options, folder)
    try:
        result = {**machine.described(options.java), "rounds": options.rounds, **run.measure()}
    finally:
        run.stop()
    out = options.out or os.path.join(options.work, f"{version.split('.')[0]}.json")
    with open(out, "w", encoding="utf-8") as f:
        json.dump(result, f, indent=1)
    say(f"written to {out}")


def say(text):
    print(text, flush=True)


class Run:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.only = options.only.split(",")
        self.load = load.Load(options.java, LOAD_CORE)
        self.started = []
        self.rows = catalog.flows(_FLOWS)
        self.langflow = catalog.FakeLangflow(self.rows)

    def stop(self):
        for subject in self.started:
            subject.stop()
        self.load.stop()

    def start(self, subject):
        self.started.append(subject)
        return subject.start()

    def measure(self):
        self._start_all()
        lines = {name: where for name, where in self._lines().items() if name in self.only}
        for name, (subject, file) in lines.items():
            self._warm(name, subject, file)
        seen = {name: [] for name in lines}
        for number in range(self.options.rounds):
            for name, (subject, file) in lines.items():
                how = {"connections": _connections(name)}
                seen[name].append(subject.measure(self.load, file, self.options.seconds, **how))
            say(f"round {number + 1}: " + ", ".join(f"{n} {r[-1]['rps']:.0f}/s {r[-1]['cpu_us']:.0f} us" for n, r in seen.items()))
        result = {"subjects": seen}
        if "half" in self.only:
            result["half"] = self._half(seen)
        if "beside" in self.only:
            result["beside"] = self._beside(seen)
        return result

    def _start_all(self):
        o = self.options
        routes = os.path.join(self.folder, "routes")
        os.makedirs(routes)
        shutil.copy(os.path.join(_HERE, "noop.camel.yaml"), routes)

        def service(name, embedding, langflow=self.langflow):
            subject = subjects.service(
                name, self.folder, o.java, o.app, langflow.url, subjects.JVM, routes, EMBEDDING=embedding
            )
            self.start(subject)
            if embedding != "off":
                machine.pin(subject.pid, BOTH_CORES)
                eventually(120, "vectors for all flows", lambda: subjects.knows_meanings(subject))
                machine.pin(subject.pid, {SERVER_CORE})
            return subject

        if {"seen", "noop", "live", "lexical"} & set(self.only):
            self.lexical = service("lexical", "off")
        if {"semantic", "beside"} & set(self.only):
            self.semantic = service("semantic", "in-process")
        self.file_people = None
        if "people" in self.only:
            rows, texts = catalog.of_people(_FLOWS)
            if len(texts) < _LEAST_NEW:
                raise AssertionError(f"only {len(texts)} texts of people: the second time round they would not be new")
            people = service("people", "in-process", catalog.FakeLangflow(rows))
            self.file_people = self._file("people", self._texts_of_people(people, texts))
        self._seen_requests()
        flows = os.path.join(self.folder, "flows.json")
        with open(flows, "w", encoding="utf-8") as f:
            json.dump(self.rows, f)
        for name, main_class in (("mvc", "Mvc"), ("floor", "Floor")):
            if name in self.only:
                self.start(subjects.peer_in_java(name, self.folder, o.java, o.app, o.peers, main_class, flows))
        for name in ("fastapi", "fastapi-log"):
            if name in self.only:
                peer = subjects.peer_in_python(name, self.folder, o.python, _HERE, self.answers, "log" in name)
                self.start(peer)

    def _seen_requests(self):
        """Texts asked once, each answered with the flow it was made from; and what was answered."""
        rows = self.rows[:: len(self.rows) // _SEEN][:_SEEN]
        answers = {catalog.task(row): answer(row) for row in rows}
        for text, body in answers.items():
            if {"seen", "noop", "live", "lexical"} & set(self.only):
                said = ask(self.lexical.port, text)
                if (said.status, said.json.get("flow_id")) != (200, body["flow_id"]):
                    raise AssertionError(f"{text}: {said}, not {body}")
                body["note"] = said.json["note"]
        self.answers = os.path.join(self.folder, "answers.json")
        with open(self.answers, "w", encoding="utf-8") as f:
            json.dump({text: json.dumps(body, separators=(",", ":")) for text, body in answers.items()}, f)
        self.file_seen = self._file("seen", ((t, load.match(b["flow_id"]), PROVISION) for t, b in answers.items()))
        self.file_noop = self._file("noop", ((t, "200 {}", "/api/v1/agents/noop") for t in answers))
        live = load.request("GET", "/health/live")
        self.file_live = load.write(os.path.join(self.folder, "live.txt"), [(live, '200 {"status":"ok"}')])
        fresh = ((catalog.task(self.rows[i * 7 % _FLOWS], i), self.rows[i * 7 % _FLOWS]) for i in range(_NEW))
        self.file_new = self._file("new", ((t, load.match(row["id"], row["name"]), PROVISION) for t, row in fresh))

    @staticmethod
    def _texts_of_people(service, texts):
        """With what each was answered when it came first; most of the matches are right, and the same ever after."""
        asked, matches, right = [], 0, 0
        for text, expected_ids in texts:
            said = ask(service.port, text)
            if said.status == 200:
                matches += 1
                right += said.json["flow_id"] in expected_ids
                asked.append((text, load.match(said.json["flow_id"]), PROVISION))
            elif (said.status, said.json["type"]) == (404, "urn:ars:problem:no-match"):
                asked.append((text, r"~404 \{.*\}", PROVISION))
            else:
                raise AssertionError(f"{text}: {said}")
        say(f"of {len(texts)} texts of people {matches} are matched, {right / matches:.0%} of these rightly")
        if right < _LEAST_RIGHT * matches:
            raise AssertionError("too many wrong matches")
        return asked

    def _file(self, name, requests):
        return load.write(
            os.path.join(self.folder, f"{name}.txt"),
            (
                (load.request("POST", path, TOKEN, {"description": text}), body)
                for text, body, path in requests
            ),
        )

    def _lines(self):
        by_name = {subject.name: subject for subject in self.started}
        return {
            "seen": (by_name.get("lexical"), self.file_seen),
            "noop": (by_name.get("lexical"), self.file_noop),
            "live": (by_name.get("lexical"), self.file_live),
            "mvc": (by_name.get("mvc"), self.file_seen),
            "floor": (by_name.get("floor"), self.file_seen),
            "fastapi": (by_name.get("fastapi"), self.file_seen),
            "fastapi-log": (by_name.get("fastapi-log"), self.file_seen),
            "lexical": (by_name.get("lexical"), self.file_new),
            "semantic": (by_name.get("semantic"), self.file_new),
            "people": (by_name.get("people"), self.file_people),
        }

    def _warm(self, name, subject, file):
        """On both cores until it gets no faster, then a while on its own."""
        machine.pin(subject.pid, BOTH_CORES)
        began, best = time.monotonic(), float("inf")
        while time.monotonic() - began < self.options.warm:
            cost = subject.measure(self.load, file, 4, connections=_connections(name))["cpu_us"]
            if cost > best * 0.97 and time.monotonic() - began > self.options.warm / 4:
                break
            best = min(best, cost)
        machine.pin(subject.pid, {SERVER_CORE})
        subject.measure(self.load, file, 2, connections=_connections(name))
        say(f"{name} is warm after {time.monotonic() - began:.0f} s")

    def _half(self, seen):
        """Latency when half of what each can do is asked of it, from when each request was due."""
        lines = self._lines()
        names = [name for name in _AT_HALF if name in seen]
        rates = {name: statistics.median(r["rps"] for r in seen[name]) / 2 for name in names}
        half = {name: [] for name in names}
        for _ in range(self.options.rounds):
            for name in names:
                subject, file = lines[name]
                how = {"connections": 64, "rate": rates[name]}
                half[name].append(subject.measure(self.load, file, self.options.seconds, **how))
        return half

    def _beside(self, seen):
        """Seen texts at a steady rate, alone and while two callers send new ones as fast as they are answered."""
        other = load.Load(self.options.java, LOAD_CORE)
        rate = 200
        rounds = {"alone": [], "beside": []}
        try:
            self.semantic.measure(self.load, self.file_seen, 5)
            for _ in range(self.options.rounds):
                rounds["alone"].append(
                    self.load.run(self.semantic.port, self.file_seen, self.options.seconds, connections=64, rate=rate)
                )
                other.begin(self.semantic.port, self.file_new, self.options.seconds + 1, connections=2)
                rounds["beside"].append(
                    self.load.run(self.semantic.port, self.file_seen, self.options.seconds, connections=64, rate=rate)
                )
                other.end()
        finally:
            other.stop()
        return rounds


def _connections(name):
    """More callers with texts that cost milliseconds each would only wait for one another, one core being all there is."""
    return 4 if name in ("semantic", "people") else 16


def answer(row):
    return {"flow_id": row["id"], "matched": True, "source": "discovery", "note": None}


if __name__ == "__main__":
    sys.exit(main())
