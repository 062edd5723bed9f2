"""The acceptance itself, read top down: what is proved with the packaged service against a real LangGraph server."""

import argparse
import sys

from acceptance.checks import eventually, expect_equal
from acceptance.live import run
from acceptance.service import Service
from langgraph import LangGraph


def main():
    parser = argparse.ArgumentParser(prog="acceptance/langgraph/run")
    parser.add_argument("--jar", required=True)
    parser.add_argument("--home", required=True)
    options = parser.parse_args()
    return run(lambda report, folder, started: prove(report, options, folder, started))


def prove(report, options, folder, started):
    langgraph = LangGraph(options.home, folder).start()
    started.append(langgraph)
    report.say(f"LangGraph is up after {langgraph.wait():.0f} s")
    triage = langgraph.assistant("support_triage", "Customer support triage", "Sorts inbound support tickets by urgency.")
    ars = Service("ars", options.jar, folder, PROVIDERS="langgraph,sample", LANGGRAPH_API_URL=langgraph.url,
                  CATALOG_TTL_SECONDS=2).start()

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
        made = langgraph.assistant("invoice_reader", "Greenhouse watering planner",
                                   "Plans when to water the plants of a greenhouse.")

        def found():
            answer = ars.provision("plan when to water the greenhouse plants")
            expect_equal(answer.status, 200, f"status of {answer}")
            return answer.json["flow_id"] == made

        eventually(10, "the new assistant", found)
    with report.check("more assistants than one page holds are all listed"):
        for number in range(130):
            langgraph.assistant("invoice_reader", f"Copy {number}")

        def all_of_them():
            return ars.refresh("langgraph") and ars.provider("langgraph")["flows"] == 132

        eventually(20, "132 assistants", all_of_them)
    with report.check("it is answered from the last list while LangGraph is down"):
        langgraph.process.stop()

        def stale():
            answer = ars.provision("sort inbound support tickets by urgency")
            expect_equal(answer.json.get("flow_id"), triage, "flow_id")
            return "langgraph" in (answer.json["note"] or "")

        eventually(20, "a note", stale)
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal(ars.stop(), 0, "exit code")


if __name__ == "__main__":
    sys.exit(main())
