"""All providers at once, each a real product: the right flow at the right one, and one that fails hurts no other."""

import argparse
import json
import os
import sys

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.processes import free_port
from acceptance.service import Service
from flowise import Flowise
from langflow import Langflow, default_home, install
from langgraph import LangGraph
from n8n import N8n

LANGFLOW = "1.13.0"

# A task in plain words for each provider.
TASKS = {
    "langflow": "summarize the financial report of this quarter",
    "flowise": "triage inbound support tickets",
    "n8n": "prepare the monthly payroll",
    "langgraph": "review the contract for risky clauses",
    "files": "plan when to water the greenhouse plants",
}


def main():
    parser = argparse.ArgumentParser(prog="acceptance/together/run")
    parser.add_argument("--jar", required=True)
    parser.add_argument("--flowise", required=True)
    parser.add_argument("--n8n", required=True)
    parser.add_argument("--langgraph", required=True)
    options = parser.parse_args()
    return run(lambda report, folder, started: prove(report, options, folder, started))


def prove(report, options, folder, started):
    langflow_home = default_home(LANGFLOW)
    install(LANGFLOW, langflow_home, report.say)
    langflow = Langflow("langflow", LANGFLOW, langflow_home, folder, free_port(), auto_login=True)
    flowise, n8n = Flowise(options.flowise, folder), N8n(options.n8n, folder)
    langgraph = LangGraph(options.langgraph, folder)
    for product in (langflow, flowise, n8n, langgraph):
        started.append(product.start())
    for product in started:
        product.wait()
    report.say("Langflow, Flowise, n8n and LangGraph are up")

    keys = {"FLOWISE_API_KEY": flowise.key(), "N8N_API_KEY": n8n.key()}
    project = langflow.create_project({"name": "Finance", "description": "Money"})
    report_flow = {"name": "Report Summarizer", "description": "Summarizes the financial report of a quarter."}
    exported = os.path.join(folder, "flows")
    os.makedirs(exported)
    plants = {"id": "file-1", "name": "Greenhouse", "description": "Plans when to water the plants of a greenhouse."}
    with open(os.path.join(exported, "greenhouse.json"), "w", encoding="utf-8") as file:
        json.dump(plants, file)
    wanted = {
        "langflow": langflow.create_flow(report_flow, project),
        "flowise": flowise.flow("Support ticket triage"),
        "n8n": n8n.workflow("Payroll", "Prepares the monthly payroll."),
        "langgraph": langgraph.assistant("support_triage", "Contract review", "Reviews contracts for risky clauses."),
        "files": plants["id"],
    }
    ars = Service("ars", options.jar, folder, PROVIDERS=",".join(TASKS), LANGFLOW_API_URL=langflow.url,
                  FLOWISE_API_URL=flowise.url, N8N_API_URL=n8n.url, LANGGRAPH_API_URL=langgraph.url,
                  FILES_DIR=exported, CATALOG_TTL_SECONDS=2, **keys).start()

    with report.check("all five are up"):
        def up():
            expect_equal({name: ars.provider(name)["status"] for name in TASKS}, dict.fromkeys(TASKS, "up"), "states")
            return True

        eventually(30, "five providers", up)
    for provider, task in TASKS.items():
        with report.check(f"{provider}: {task}"):
            answer = ars.provision(task)
            expect_equal(answer.status, 200, f"status of {answer}")
            expect_equal(answer.headers.get("X-Flow-Provider"), provider, f"X-Flow-Provider of {answer}")
            expect_equal(answer.json["flow_id"], wanted[provider], "flow_id")
    with report.check("one that fails costs its own freshness and a note, and nothing of the others"):
        flowise.process.stop()

        def noted():
            answer = ars.provision(TASKS["n8n"])
            expect_equal(answer.json.get("flow_id"), wanted["n8n"], "flow_id")
            return "flowise" in (answer.json["note"] or "")

        eventually(20, "a note", noted)
        expect_equal(ars.provision(TASKS["flowise"]).json["flow_id"], wanted["flowise"], "flow_id while Flowise is down")
        states = {name: ars.provider(name)["status"] for name in TASKS}
        expect_equal(states, {**dict.fromkeys(TASKS, "up"), "flowise": "stale"}, "states")
    with report.check("no key is in the log"):
        expect(not any(key in ars.log() for key in keys.values()), "the log holds a key")
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal(ars.stop(), 0, "exit code")


if __name__ == "__main__":
    sys.exit(main())
