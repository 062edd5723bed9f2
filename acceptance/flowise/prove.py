"""The acceptance itself, read top down: what is proved with the packaged service against a real Flowise."""

import argparse
import sys

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.service import Service
from flowise import Flowise


def main():
    parser = argparse.ArgumentParser(prog="acceptance/flowise/run")
    parser.add_argument("--jar", required=True)
    parser.add_argument("--home", required=True)
    options = parser.parse_args()
    return run(lambda report, folder, started: prove(report, options, folder, started))


def prove(report, options, folder, started):
    flowise = Flowise(options.home, folder).start()
    started.append(flowise)
    report.say(f"Flowise is up after {flowise.wait():.0f} s")
    key = flowise.key()
    triage = flowise.flow("Support ticket triage", "support;urgency")
    flowise.flow("Market research team", "research", kind="AGENTFLOW")
    ars = Service("ars", options.jar, folder, PROVIDERS="flowise,sample", FLOWISE_API_URL=flowise.url + "/",
                  FLOWISE_API_KEY=key, CATALOG_TTL_SECONDS=2).start()

    with report.check("chatflows and agentflows are listed, with their categories as tags"):
        def listed():
            flows = {f["name"]: f for f in ars.flows() if f["provider"] == "flowise"}
            expect_equal(set(flows), {"Support ticket triage", "Market research team"}, "flows")
            return flows

        flow = eventually(20, "the list", listed)["Support ticket triage"]
        expect_equal((flow["flow_id"], flow["tags"]), (triage, ["support;urgency"]), "id and tags")
    with report.check("a task finds the right flow among other providers' flows"):
        answer = ars.provision("triage inbound support tickets")
        expect_equal(answer.status, 200, f"status of {answer}")
        expect_equal(answer.json["flow_id"], triage, "flow_id")
        expect_equal(answer.headers.get("X-Flow-Provider"), "flowise", "X-Flow-Provider")
    with report.check("a flow made a moment ago is found"):
        made = flowise.flow("Greenhouse watering planner")

        def found():
            answer = ars.provision("plan the watering of the greenhouse")
            expect_equal(answer.status, 200, f"status of {answer}")
            return answer.json["flow_id"] == made

        eventually(10, "the new flow", found)
    with report.check("more flows than one page holds are all listed"):
        for number in range(120):
            flowise.flow(f"Copy {number}")

        def all_of_them():
            ars.refresh("flowise")
            expect_equal(ars.provider("flowise")["flows"], 123, "flows")
            return True

        eventually(20, "123 flows", all_of_them)
    with report.check("a wrong key is auth-rejected"):
        wrong = Service("ars-wrong-key", options.jar, folder, PROVIDERS="flowise", FLOWISE_API_URL=flowise.url,
                        FLOWISE_API_KEY="fake-key").start()
        eventually(20, "the cause", lambda: wrong.provider("flowise")["last_error"] == "auth-rejected")
        wrong.stop()
    with report.check("an address that leads to its user interface is malformed, not an empty list"):
        wrong = Service("ars-wrong-address", options.jar, folder, PROVIDERS="flowise",
                        FLOWISE_API_URL=flowise.url + "/nowhere", FLOWISE_API_KEY=key).start()
        eventually(20, "the cause", lambda: wrong.provider("flowise")["last_error"] == "malformed")
        expect("check that it is the provider's API" in wrong.log(), "the log says what to check")
        wrong.stop()
    with report.check("it is answered from the last list while Flowise is down"):
        flowise.process.stop()

        def stale():
            answer = ars.provision("triage inbound support tickets")
            expect_equal(answer.json.get("flow_id"), triage, "flow_id")
            return "flowise" in (answer.json["note"] or "")

        eventually(20, "a note", stale)
    with report.check("the key is in no log"):
        expect(key not in ars.log(), "the log holds the key")
    with report.check("SIGTERM ends the service with exit code 0"):
        expect_equal(ars.stop(), 0, "exit code")


if __name__ == "__main__":
    sys.exit(main())
