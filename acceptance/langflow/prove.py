"""The acceptance itself, read top down: what is proved with the packaged service against a real Langflow."""

import argparse
import concurrent.futures
import json
import os
import secrets
import shutil
import statistics
import sys
import time

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.processes import free_port
from acceptance.relay import Relay
from acceptance.service import Service
from langflow import HERE, Langflow, default_home, install
from recorded import record
import slogans

# The newest release that installs with Python 3.10 to 3.13; pins/ holds what it is installed with.
VERSION = "1.13.0"

# Long enough to create a flow and ask for it between two refreshes, short enough to wait for one.
TTL = 8

# The breaker may be open when Langflow comes back, and waits between 5 and 30 s.
RECOVERY_SECONDS = 45

DATA = json.load(open(os.path.join(HERE, "flows.json"), encoding="utf-8"))
FIELDS = {"flow_id", "matched", "source", "note"}


def main():
    options = read_options()
    return run(lambda report, folder, started: prove(report, options, folder, started), keep=options.keep)


def read_options():
    parser = argparse.ArgumentParser(prog="acceptance/langflow/run")
    parser.add_argument("--version", default=VERSION, help=f"the Langflow release (default {VERSION})")
    parser.add_argument("--home", help="the virtual environment to use (default: in the user's cache)")
    parser.add_argument("--record", metavar="FOLDER", help="write what Langflow answers, without secrets, and stop")
    parser.add_argument("--keep", action="store_true", help="keep logs and databases")
    parser.add_argument("--jar", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def prove(report, options, folder, started):
    home = options.home or default_home(options.version)
    install(options.version, home, report.say)

    def langflow(name, auto_login):
        it = Langflow(name, options.version, home, folder, free_port(), auto_login).start()
        started.append(it)
        return it

    def service(name, url, **settings):
        return Service(name, options.jar, folder, LANGFLOW_API_URL=url, CATALOG_TTL_SECONDS=TTL, **settings)

    open_one = langflow("langflow-auto-login", auto_login=True)
    report.say(f"Langflow {options.version} with auto_login is up after {open_one.wait():.0f} s")
    closed_one = langflow("langflow-closed", auto_login=False)

    if options.record:
        closed_one.wait()
        written = record(open_one, closed_one, options.record, fill)
        report.say(f"wrote {written} answers to {options.record}")
        report.passed += 1
        return

    ids = fill(open_one)
    relay = Relay(free_port(), open_one.port).open()
    ars = service("ars-auto-login", relay.url).start()
    report.say(f"the service is ready after {ars.started_in:.0f} s")

    lists_and_matches(report, "auto_login", ars, ids)
    only_what_fits(report, ars)
    project_hints(report, ars, ids)
    nothing_that_cannot_run(report, ars, open_one, ids)
    nothing_by_a_slogan(report, ars, open_one, ids, home)
    a_flow_made_a_moment_ago(report, ars, open_one, ids, relay)
    a_deleted_flow(report, ars, open_one, ids)
    few_calls(report, ars, relay)
    clean_calls(report, ars, relay)

    closed_one.wait()
    report.say("Langflow without auto_login is up")
    hanging(report, ars, open_one)
    stopped(report, ars, open_one, relay, ids)
    again = after_a_restart(report, service, ars, relay, ids)
    # Started now, waited for later: its start takes longer than the four checks between.
    open_one.start()

    closed_ids = fill(closed_one)
    key = closed_one.create_api_key()
    by_key = service("ars-api-key", closed_one.url, LANGFLOW_API_KEY=key).start()
    lists_and_matches(report, "API key", by_key, closed_ids)
    by_key.stop()
    form_relay = Relay(free_port(), closed_one.port).open()
    login = {"LANGFLOW_USERNAME": "acceptance", "LANGFLOW_PASSWORD": closed_one.password}
    by_form = service("ars-form-login", form_relay.url, **login).start()
    lists_and_matches(report, "form login", by_form, closed_ids)
    with report.check("form login: one login serves every call"):
        by_form.refresh("langflow")
        expect_equal(form_relay.count("/api/v1/login"), 1, "logins at Langflow")
    by_form.stop()
    wrong_key = "sk-" + secrets.token_urlsafe(24)
    refused(report, service, closed_one, wrong_key)
    disabled(report, service, closed_one)

    report.say(f"Langflow is up again after {open_one.wait():.0f} s more")
    recovers(report, [ars, again], open_one, relay, ids)
    known = relay.secrets | form_relay.secrets | {key, wrong_key, open_one.password, closed_one.password}
    known |= {x.token for x in started if x.token}
    no_secrets(report, known, folder)
    exit_codes(report, [ars, again])
    quiet_logs(report)
    relay.close()
    form_relay.close()


def fill(langflow):
    """Two projects with six flows each and one saved component; answers the ids by key."""
    ids, projects = {}, {}
    for project in DATA["projects"]:
        project_id = langflow.create_project(project)
        projects[project["name"]] = project_id
        for flow in project["flows"]:
            ids[flow["key"]] = langflow.create_flow(flow, project_id)
    ids["component"] = langflow.create_flow(DATA["component"], project_id, component=True)
    ids["projects"] = projects
    return ids


def offered(ids):
    """What must be in the catalog: (id, name, project) of each flow."""
    return {
        (ids[flow["key"]], flow["name"], project["name"]) for project in DATA["projects"] for flow in project["flows"]
    }


def lists_and_matches(report, how, ars, ids):
    with report.check(f"{how}: lists the twelve flows with their projects, and nothing else"):
        eventually(15, "a flow list", lambda: ars.provision(DATA["tasks"][0]["description"]).status == 200)
        listed = {(f["flow_id"], f["name"], f["project"]) for f in ars.flows()}
        expect_equal(listed, offered(ids), "flows as listed (id, name, project)")
        expect_equal(ars.provider("langflow")["status"], "up", "state of the provider")
        health = ars.call("GET", "/health", token=False)
        expect_equal(health.json, {"status": "ok", "providers": {"langflow": "up"}}, "health")
    with report.check(f"{how}: finds the right flow for {len(DATA['tasks'])} tasks in plain words"):
        wrong = []
        for task in DATA["tasks"]:
            answer = ars.provision(task["description"])
            good = {"flow_id": ids[task["flow"]], "matched": True, "source": "discovery", "note": None}
            if answer.status != 200 or answer.json != good:
                wrong.append(f"{task['description']!r}: {answer.status} {answer.text}, expected {good}")
            elif answer.headers.get("X-Flow-Provider") != "langflow":
                wrong.append(f"{task['description']!r}: X-Flow-Provider {answer.headers.get('X-Flow-Provider')}")
        expect(not wrong, "\n".join(wrong))


def only_what_fits(report, ars):
    with report.check("a greeting, gibberish and an off-topic question get no flow"):
        for text in DATA["no_match"]:
            answer = ars.provision(text)
            expect(answer.status == 404, f"{text!r}: {answer}")
            expect_equal(answer.json["type"], "urn:ars:problem:no-match", "problem type")
            expect_equal(answer.headers.get_content_type(), "application/problem+json", "content type")


def project_hints(report, ars, ids):
    finance, support = [p["name"] for p in DATA["projects"]]

    def hinted(hint):
        answer = ars.provision(DATA["hint_task"], hint)
        expect_equal(answer.status, 200, f"status for hint {hint!r}: {answer}")
        return answer.json

    with report.check("a hint by project name decides between two equal flows"):
        for hint, key in ((finance, "digest-finance"), (support, "digest-support")):
            said = hinted(hint)
            expect_equal((said["flow_id"], said["note"]), (ids[key], None), f"flow and note for hint {hint!r}")
    with report.check("a hint may be written loosely, or be the project's id"):
        for hint, key in (
            ("custómer-suport", "digest-support"),
            ("FINANCE OPERATIONS", "digest-finance"),
            (ids["projects"][support], "digest-support"),
        ):
            expect_equal(hinted(hint)["flow_id"], ids[key], f"flow for hint {hint!r}")
    with report.check("a hint that names no project is said, and all flows are tried"):
        said = hinted("Moon Landing")
        expect(said["flow_id"] in (ids["digest-finance"], ids["digest-support"]), f"flow: {said}")
        expect(said["note"] and "not found" in said["note"], f"note: {said['note']!r}")


def nothing_that_cannot_run(report, ars, langflow, ids):
    examples = langflow.starter_flows()
    with report.check(f"Langflow's own examples ({len(examples)} here) are never offered"):
        expect(len(examples) >= 5, f"Langflow should have brought examples, it lists {len(examples)}")
        theirs = {f["id"] for f in examples}
        expect(not theirs & {f["flow_id"] for f in ars.flows()}, "an example is in the list")
        for example in examples[:5]:
            answer = ars.provision(f"{example['name']}: {example['description']}"[:4000])
            expect(answer.status in (200, 404), f"{example['name']}: {answer}")
            if answer.status == 200:
                expect(answer.json["flow_id"] not in theirs, f"an example was offered for {example['name']!r}")
    with report.check("a saved component is never offered"):
        expect(
            ids["component"] in {f["id"] for f in langflow.list(remove_example_flows="true")},
            "Langflow should list the component",
        )
        expect(ids["component"] not in {f["flow_id"] for f in ars.flows()}, "the component is in the list")
        answer = ars.provision(DATA["component_task"])
        expect(answer.status == 404 or answer.json["flow_id"] != ids["component"], f"the component was offered: {answer}")


def nothing_by_a_slogan(report, ars, langflow, ids, home):
    written = sorted(slogans.slogans(home))
    with report.check(f"what Langflow's interface describes new flows by ({len(written)} texts) counts for nothing"):
        expect(len(written) >= 61, "Langflow's interface is made otherwise: see slogans.py")
        unknown = [text for text in written if slogans.fingerprint(text) not in slogans.known()]
        expect(not unknown, f"not known, see slogans.py: {unknown}")
        flow = {"name": "New Flow", "description": next(text for text in written if "Language Models, U" in text)}
        made = langflow.create_flow(flow, ids["projects"][DATA["projects"][0]["name"]])
        try:
            ars.refresh("langflow")
            listed = {f["flow_id"]: f["description"] for f in ars.flows()}
            expect_equal(listed.get(made), "", "the new flow's description")
            answer = ars.provision("what can language models do?")
            expect(answer.status == 404 or answer.json["flow_id"] != made, f"the new flow was offered: {answer}")
        finally:
            langflow.delete_flow(made)
            ars.refresh("langflow")


def a_flow_made_a_moment_ago(report, ars, langflow, ids, relay):
    flow = DATA["created_later"]
    with report.check("a flow made a second ago is found, by one refresh that the miss causes"):
        eventually(
            3 * TTL, "a catalog between 3 and 4 s old", lambda: age(ars) in (3, 4), every=0.1
        )
        ids[flow["key"]] = langflow.create_flow(flow, ids["projects"][DATA["projects"][1]["name"]])
        time.sleep(1)
        before = len(relay.calls)
        answer = ars.provision(DATA["created_later_task"])
        expect_equal(answer.status, 200, f"status: {answer}")
        expect_equal(answer.json["flow_id"], ids[flow["key"]], "flow")
        expect_equal(relay.count("/api/v1/flows", since=before), 1, "list calls of that request")


def a_deleted_flow(report, ars, langflow, ids):
    with report.check("a deleted flow disappears within one TTL"):
        gone = ids.pop(DATA["created_later"]["key"])
        version = ars.provision(DATA["tasks"][0]["description"]).headers["X-Catalog-Version"]
        langflow.delete_flow(gone)
        eventually(TTL + 4, "the flow is gone", lambda: gone not in {f["flow_id"] for f in ars.flows()})
        answer = ars.provision(DATA["created_later_task"])
        expect(answer.status == 404 or answer.json["flow_id"] != gone, f"the deleted flow was offered: {answer}")
        now = ars.provision(DATA["tasks"][0]["description"]).headers["X-Catalog-Version"]
        expect(now != version, "X-Catalog-Version did not change with the catalog")
        expect_equal({(f["flow_id"], f["name"], f["project"]) for f in ars.flows()}, offered(ids), "the other flows")


def age(ars):
    return int(ars.provision(DATA["tasks"][0]["description"]).headers["X-Catalog-Age"])


def few_calls(report, ars, relay):
    with report.check("50 requests, 10 at a time: all answered, Langflow asked once per TTL at most"):
        before, began = len(relay.calls), time.monotonic()
        tasks = [DATA["tasks"][i % len(DATA["tasks"])]["description"] for i in range(50)]
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            statuses = [a.status for a in pool.map(ars.provision, tasks)]
        took = time.monotonic() - began
        expect_equal(set(statuses), {200}, "statuses")
        calls, allowed = relay.count("/api/v1/flows", since=before), int(took / TTL) + 1
        expect(calls <= allowed, f"{calls} list calls in {took:.1f} s, at most {allowed} expected")
        report.say(f"50 requests in {took:.2f} s, {calls} list calls at Langflow")
    with report.check("one auto_login serves every call so far"):
        expect_equal(relay.count("/api/v1/auto_login"), 1, "auto_login calls")


def clean_calls(report, ars, relay):
    with report.check("calls to Langflow carry its own credential and nothing of the caller"):
        before = len(relay.calls)
        canary = "canary-" + secrets.token_hex(8)
        mine = {"X-Request-ID": canary, "Cookie": f"session={canary}", "X-Api-Key": canary, "Referer": f"http://{canary}/"}
        ars.provision(DATA["no_match"][1], headers=mine)
        eventually(2 * TTL, "a refresh", lambda: relay.count("/api/v1/flows", since=before) > 0)
        for call in relay.calls:
            names = [name.lower() for name, _ in call.headers]
            whole = f"{call.path} {call.headers} {call.body!r}"
            expect(canary not in whole and ars.token not in whole, f"{call.method} {call.path} carries something of the caller")
            expect("x-api-key" not in names, f"{call.path} carries two credentials: {names}")
            expect_equal(call.version, "HTTP/1.1", f"HTTP version of {call.path}")
        listing = [c for c in relay.calls if c.path.startswith("/api/v1/flows")]
        expect_equal({c.path for c in listing}, {listing[0].path}, "the list is asked for in one way")
        expect("header_flows=true" in listing[0].path, f"not the header-only list: {listing[0].path}")


def hanging(report, ars, langflow):
    with report.check("while Langflow hangs, callers and /health are answered as fast as always"):
        langflow.process.freeze()
        try:
            until = time.monotonic() + TTL + 7
            answered, healthy = [], []
            while time.monotonic() < until:
                for times, ask in (
                    (answered, lambda: ars.provision(DATA["tasks"][0]["description"])),
                    (healthy, lambda: ars.call("GET", "/health", token=False)),
                ):
                    began = time.monotonic()
                    expect_equal(ask().status, 200, "status")
                    times.append((time.monotonic() - began) * 1000)
                time.sleep(0.1)
            report.say(
                f"median (slowest) of {len(healthy)}: provision {statistics.median(answered):.0f} ({max(answered):.0f}) ms, "
                f"health {statistics.median(healthy):.0f} ({max(healthy):.0f}) ms"
            )
            # The slowest may be the machine's doing; a wait for Langflow would show in the median or as seconds.
            expect(statistics.median(healthy) < 50 and max(healthy) < 1000, f"/health took {max(healthy):.0f} ms")
            expect(statistics.median(answered) < 100 and max(answered) < 1000, f"a caller waited {max(answered):.0f} ms")
            stale = eventually(10, "a note", lambda: ars.provision(DATA["tasks"][0]["description"]).json["note"])
            expect("old" in stale, f"note: {stale!r}")
        finally:
            langflow.process.thaw()


def stopped(report, ars, langflow, relay, ids):
    with report.check("with Langflow stopped, callers get the same flow and a note that it is stale"):
        relay.close()
        langflow.stop()
        task = DATA["tasks"][0]

        def stale():
            answer = ars.provision(task["description"])
            expect_equal(answer.status, 200, f"status: {answer}")
            expect_equal(answer.json["flow_id"], ids[task["flow"]], "flow")
            expect_equal(set(answer.json), FIELDS, "fields")
            return answer.json["note"]

        eventually(TTL + 25, "unreachable", lambda: ars.provider("langflow")["last_error"] == "unreachable")
        note = stale()
        expect(note and "old" in note, f"note: {note!r}")
        state = ars.provider("langflow")
        expect_equal((state["status"], state["flows"]), ("stale", 12), f"state of the provider: {state}")
        expect("127.0.0.1" not in json.dumps(state) + note, f"an address is told: {state} {note}")
        health = ars.call("GET", "/health", token=False).json
        expect_equal(health, {"status": "degraded", "providers": {"langflow": "stale"}}, "health")


def after_a_restart(report, service, ars, relay, ids):
    """Another service with a copy of the state, as after a restart; the first one goes on."""
    again = service("ars-restarted", relay.url)
    with report.check("a service started while Langflow is down answers from its state folder"):
        expect(os.path.isdir(ars.state) and os.listdir(ars.state), "nothing was kept in STATE_DIR")
        shutil.copytree(ars.state, again.state)
        again.start()
        task = DATA["tasks"][1]
        first = eventually(10, "an answer", lambda: _ok(again.provision(task["description"])))
        expect_equal(first.json["flow_id"], ids[task["flow"]], "flow")
        expect(first.json["note"] and "old" in first.json["note"], f"note: {first.json['note']!r}")
        expect_equal(
            first.headers["X-Catalog-Version"],
            ars.provision(task["description"]).headers["X-Catalog-Version"],
            "catalog version after the restart",
        )
    return again


def _ok(answer):
    expect_equal(answer.status, 200, f"status: {answer}")
    return answer


def refused(report, service, langflow, wrong_key):
    with report.check("a wrong API key: 503 provider-auth, and the log says what to check"):
        ars = service("ars-wrong-key", langflow.url, LANGFLOW_API_KEY=wrong_key).start()
        try:
            provider_auth(ars, "auth-rejected", "API key")
        finally:
            ars.stop()


def disabled(report, service, langflow):
    with report.check("auto_login disabled and nothing set: 503 provider-auth, and the log names the setting"):
        ars = service("ars-no-credential", langflow.url).start()
        try:
            provider_auth(ars, "auth-unavailable", "AGENT_RUNTIME_SERVICE_LANGFLOW_API_KEY")
        finally:
            ars.stop()


def provider_auth(ars, cause, hint):
    answer = ars.provision(DATA["tasks"][0]["description"])
    expect_equal(answer.status, 503, f"status: {answer}")
    expect_equal(answer.json["type"], "urn:ars:problem:provider-auth", "problem type")
    expect((answer.headers.get("Retry-After") or "").isdigit(), "no Retry-After")
    expect("127.0.0.1" not in answer.text, f"an address is told: {answer.text}")
    state = ars.provider("langflow")
    expect_equal((state["status"], state["last_error"]), ("down", cause), f"state of the provider: {state}")
    expect(hint in ars.log(), f"{hint!r} is not in the log")


def recovers(report, services, langflow, relay, ids):
    before = len(relay.calls)
    relay.open()
    for ars in services:
        with report.check(f"Langflow back, with its old tokens void: {ars.name} recovers by itself"):

            def well():
                answer = ars.provision(DATA["tasks"][2]["description"])
                expect_equal(answer.status, 200, f"status: {answer}")
                expect_equal(answer.json["note"], None, "note")
                return ars.provider("langflow")["status"] == "up"

            eventually(RECOVERY_SECONDS, "an answer without a note", well)
            listed = {(f["flow_id"], f["name"], f["project"]) for f in ars.flows()}
            expect_equal(listed, offered(ids), "flows as listed (id, name, project)")
    with report.check("the void token was renewed once by each, not per request"):
        expect_equal(relay.count("/api/v1/auto_login", since=before), len(services), "auto_login calls since")


def no_secrets(report, known, folder):
    with report.check(f"no secret in any answer, log or state file ({len(known)} of Langflow's, and each service's own)"):
        for service in Service.all_started:
            known |= {service.token, service.secret}
        places = {f"log of {s.name}": s.log() for s in Service.all_started}
        places["answers"] = "\n".join(Service.said)
        for service in Service.all_started:
            for where, _, files in os.walk(service.state):
                for name in files:
                    with open(os.path.join(where, name), encoding="utf-8", errors="replace") as f:
                        places[f"{service.name} state {name}"] = f.read()
        found = [place for place, text in places.items() for secret in known if secret and secret in text]
        expect(not found, f"found in: {sorted(set(found))}")
        expect(all(s.log() for s in Service.all_started), "a log is empty, so this proves nothing")
        texts = [t["description"] for t in DATA["tasks"]] + DATA["no_match"]
        told = [p for p, text in places.items() if p.startswith("log") and any(t in text for t in texts)]
        expect(not told, f"a caller's description is in: {told}")


def quiet_logs(report):
    with report.check("what Langflow did wrong is a line each in the log: no stack trace, no ERROR"):
        loud = []
        for service in Service.all_started:
            lines = service.log().splitlines()
            traces = sum(1 for line in lines if line.lstrip().startswith("at ") and line.endswith(")"))
            errors = [line[:300] for line in lines if " ERROR " in line[:60]]
            if traces or errors:
                loud.append(f"{service.name}: {traces} lines of stack trace, {len(errors)} ERROR: {errors[:1]}")
        expect(not loud, "\n".join(loud))


def exit_codes(report, services):
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal([s.stop() for s in services], [0] * len(services), "exit codes")


if __name__ == "__main__":
    sys.exit(main())
