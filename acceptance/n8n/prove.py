"""The acceptance itself, read top down: what is proved with the packaged service against a real n8n."""

import argparse
import sys

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.service import Service
from n8n import N8n


def main():
    parser = argparse.ArgumentParser(prog="acceptance/n8n/run")
    parser.add_argument("--jar", required=True)
    parser.add_argument("--home", required=True)
    options = parser.parse_args()
    return run(lambda report, folder, started: prove(report, options, folder, started))


def prove(report, options, folder, started):
    n8n = N8n(options.home, folder).start()
    started.append(n8n)
    report.say(f"n8n is up after {n8n.wait():.0f} s")
    key = n8n.key()
    triage = n8n.workflow("Inbox 7", "Sorts inbound support tickets by urgency.")
    n8n.workflow("Payroll run", "Prepares the monthly payroll.")
    n8n.workflow("Never switched on", active=False)
    n8n.workflow("Long forgotten", archived=True)
    ars = Service("ars", options.jar, folder, PROVIDERS="n8n,sample", N8N_API_URL=n8n.url, N8N_API_KEY=key,
                  CATALOG_TTL_SECONDS=2).start()

    with report.check("active workflows are listed with descriptions and project, inactive and archived ones are not"):
        def listed():
            flows = {f["name"]: f for f in ars.flows() if f["provider"] == "n8n"}
            expect_equal(set(flows), {"Inbox 7", "Payroll run"}, "workflows")
            expect_equal(flows["Inbox 7"]["description"], "Sorts inbound support tickets by urgency.", "description")
            expect(flows["Inbox 7"]["project"], "the project has a name")
            return flows

        expect_equal(eventually(20, "the list", listed)["Inbox 7"]["flow_id"], triage, "id")
    with report.check("a task finds the workflow whose description alone fits, among other providers' flows"):
        answer = ars.provision("sort inbound support tickets by urgency")
        expect_equal(answer.status, 200, f"status of {answer}")
        expect_equal(answer.json["flow_id"], triage, "flow_id")
        expect_equal(answer.headers.get("X-Flow-Provider"), "n8n", "X-Flow-Provider")
    with report.check("a workflow made a moment ago is found"):
        made = n8n.workflow("Greenhouse", "Plans when to water the plants of a greenhouse.")

        def found():
            answer = ars.provision("plan when to water the greenhouse plants")
            expect_equal(answer.status, 200, f"status of {answer}")
            return answer.json["flow_id"] == made

        eventually(10, "the new workflow", found)
    with report.check("more workflows than one page holds are all listed"):
        for number in range(110):
            n8n.workflow(f"Copy {number}", f"Copy number {number} of nothing in particular.")

        def all_of_them():
            ars.refresh("n8n")
            expect_equal(ars.provider("n8n")["flows"], 113, "workflows")
            return True

        eventually(30, "113 workflows", all_of_them)
    with report.check("a wrong key is auth-rejected, and only that provider is down"):
        wrong = Service("ars-wrong-key", options.jar, folder, PROVIDERS="n8n,sample", N8N_API_URL=n8n.url,
                        N8N_API_KEY="fake-key").start()
        eventually(20, "the cause", lambda: wrong.provider("n8n")["last_error"] == "auth-rejected")
        expect_equal(wrong.provider("sample")["status"], "up", "state of the sample")
        wrong.stop()
    with report.check("it is answered from the last list while n8n is down"):
        n8n.process.stop()

        def stale():
            answer = ars.provision("sort inbound support tickets by urgency")
            expect_equal(answer.json.get("flow_id"), triage, "flow_id")
            return "n8n" in (answer.json["note"] or "")

        eventually(20, "a note", stale)
    with report.check("the key is in no log"):
        expect(key not in ars.log(), "the log holds the key")
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal(ars.stop(), 0, "exit code")


if __name__ == "__main__":
    sys.exit(main())
