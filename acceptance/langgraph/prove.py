"""The acceptance itself, read top down: what is proved with the packaged service against a real LangGraph server."""

import argparse
import os
import shutil
import sys
import tempfile

from acceptance.checks import Report, eventually, expect_equal
from acceptance.processes import Process, free_port, wait_until_up
from acceptance.service import Service
from acceptance.web import call, status_of

START_SECONDS = 120


def main():
    parser = argparse.ArgumentParser(prog="acceptance/langgraph/run")
    parser.add_argument("--jar", required=True)
    parser.add_argument("--home", required=True)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="agent-runtime-acceptance-")
    report = Report()
    server = None
    try:
        port = free_port()
        server = langgraph(options.home, folder, port)
        report.say("LangGraph is up")
        prove(report, options.jar, folder, f"http://127.0.0.1:{port}", server)
    except Exception as e:  # what cannot even begin is one failed check
        with report.check("the acceptance could go on to its end"):
            raise e
    finally:
        processes = [s.process for s in Service.all_started] + ([server] if server else [])
        for process in processes:
            process.stop()
        if report.failed:
            for process in processes:
                print(f"\n--- last lines of {process.name}\n{process.tail()}")
        shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


def langgraph(home, folder, port):
    command = [os.path.join(home, "node_modules", ".bin", "langgraphjs"), "dev", "--no-browser"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANGSMITH_TRACING": "false"}
    server = Process("langgraph", command, environment, home, os.path.join(folder, "langgraph.log")).start()
    wait_until_up(server, lambda: status_of(f"http://127.0.0.1:{port}/ok") == 200, START_SECONDS)
    return server


def prove(report, jar, folder, url, server):
    triage = call("POST", f"{url}/assistants", {
        "graph_id": "support_triage",
        "name": "Customer support triage",
        "description": "Sorts inbound support tickets by urgency.",
    }).json["assistant_id"]
    ars = Service("ars", jar, folder, PROVIDERS="langgraph,sample", LANGGRAPH_API_URL=url, CATALOG_TTL_SECONDS=2).start()

    with report.check("assistants are listed, and the server's own only where its graph has no other"):
        def listed():
            flows = {f["name"]: f for f in ars.flows() if f["provider"] == "langgraph"}
            expect_equal(set(flows), {"Customer support triage", "invoice_reader"}, "assistants")
            return flows

        flows = eventually(20, "the list", listed)
        expect_equal(flows["Customer support triage"]["flow_id"], triage, "id")
    with report.check("a task finds the right assistant among other providers' flows"):
        answer = ars.provision("sort inbound support tickets by urgency")
        expect_equal(answer.status, 200, f"status of {answer}")
        expect_equal(answer.json["flow_id"], triage, "flow_id")
        expect_equal(answer.headers.get("X-Flow-Provider"), "langgraph", "X-Flow-Provider")
    with report.check("an assistant made a moment ago is found"):
        made = call("POST", f"{url}/assistants", {
            "graph_id": "invoice_reader",
            "name": "Greenhouse watering planner",
            "description": "Plans when to water the plants of a greenhouse.",
        }).json["assistant_id"]

        def found():
            answer = ars.provision("plan when to water the greenhouse plants")
            expect_equal(answer.status, 200, f"status of {answer}")
            return answer.json["flow_id"] == made

        eventually(10, "the new assistant", found)
    with report.check("more assistants than one page holds are all listed"):
        for number in range(130):
            call("POST", f"{url}/assistants", {"graph_id": "invoice_reader", "name": f"Copy {number}"})

        def all_of_them():
            return ars.refresh("langgraph") and ars.provider("langgraph")["flows"] == 132

        eventually(20, "132 assistants", all_of_them)
    with report.check("it is answered from the last list while LangGraph is down"):
        server.stop()

        def stale():
            answer = ars.provision("sort inbound support tickets by urgency")
            expect_equal(answer.json.get("flow_id"), triage, "flow_id")
            return "langgraph" in (answer.json["note"] or "")

        eventually(20, "a note", stale)
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal(ars.stop(), 0, "exit code")


if __name__ == "__main__":
    sys.exit(main())
