"""The acceptance itself, read top down: what a person does on /docs, and what the browser says about it."""

import argparse
import json
import os
import re
import sys

from acceptance.checks import eventually, expect, expect_equal
from acceptance.live import run
from acceptance.processes import free_port
from acceptance.relay import Relay
from acceptance.service import Service
from browser import Browser

PROVISION = "/api/v1/agents/provision"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
BLOCK = f'.opblock:has([data-path="{PROVISION}"])'
STATUS = f"{BLOCK} .live-responses-table tbody .response-col_status"
ANSWER = f"{BLOCK} .live-responses-table tbody .highlight-code pre"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--jar", required=True)
    options.add_argument("--pictures", required=True)
    options = options.parse_args()
    return run(lambda report, folder, started: begin(report, options.jar, options.pictures, folder, started))


def begin(report, jar, pictures, folder, started):
    # As on a first try: nothing set, so the sample flows are served and a secret is made for the run.
    service = Service("service", jar, folder, ENVIRONMENT="development", M2M_JWT_SECRET_KEY="").start()
    browser = Browser(folder)
    started.append(browser)
    try:
        browser.start()
        report.say(f"Chromium {browser.version}")
        prove(report, browser, service, pictures)
    finally:
        browser.stop()


def prove(report, browser, service, pictures):
    service.token = re.search(r"Authorization: Bearer (\S+?)'", eventually(10, "a curl in the log", service.log))[1]
    document = service.call("GET", "/openapi.json", token=False).json
    operations = {(m, path) for path, item in document["paths"].items() for m in item if m in METHODS}

    with report.check(f"the page shows every one of the {len(operations)} operations of /openapi.json"):
        browser.open(f"{service.url}/docs")
        eventually(30, "operations on the page", lambda: browser.script("return document.querySelector('.opblock')"))
        expect_equal(operations_shown(browser), operations, "operations on the page")
        expect(("post", PROVISION) in operations, f"{PROVISION} is one of them")
        browser.picture(os.path.join(pictures, "docs.png"))

    with report.check("loading it, no request fails and the console shows nothing in red"):
        browser.listen()
        expect(len(browser.responses) >= 5, f"page, styles, scripts and document were loaded: {browser.responses}")
        expect_equal([r for r in browser.responses if r[0] != 200], [], "answers other than 200")
        expect_equal(browser.failures, [], "requests that failed")
        expect_equal(browser.complaints, [], "complaints in the console")

    with report.check("without a token, provision answers 401 on the page"):
        ask(browser)
        wait_for_status(browser, "401")
        expect("urn:ars:problem:unauthenticated" in browser.text(ANSWER), browser.text(ANSWER))
        browser.click(f"{BLOCK} .btn-clear")

    with report.check("a token can be pasted, and provision then answers 200 with the summarizer"):
        browser.click(".scheme-container .btn.authorize")
        browser.type(".auth-container input", service.token)
        browser.click(".auth-container button.authorize")
        browser.click(".auth-container button.btn-done")
        browser.click(f"{BLOCK} button.execute")
        wait_for_status(browser, "200")
        wanted = next(f["flow_id"] for f in service.flows() if f["name"] == "Financial Document Summarizer")
        expected = {"flow_id": wanted, "matched": True, "source": "discovery", "note": None}
        expect_equal(json.loads(browser.text(ANSWER)), expected, "the answer")
        browser.picture(os.path.join(pictures, "provision.png"))

    with report.check("the token does not outlive the page"):
        browser.listen()
        kept = browser.script("return JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        expect(service.token not in kept, "the token is kept in the browser")
        expect(not [url for _, url in browser.requests if service.token in url], "the token is in an address")

    with report.check("from the first request to the last, none left this machine"):
        expect_equal(browser.hosts(), {service.url.removeprefix("http://")}, "hosts asked")
        expect_equal(browser.failures, [], "requests that failed")

    with report.check("behind a proxy that takes a prefix away, the page asks below that prefix"):
        proxy = Relay(free_port(), service.port, prefix="/gateway").open()
        browser.open(f"{proxy.url}/gateway/docs")
        eventually(30, "the operation on the page", lambda: browser.script(f"return document.querySelector('{BLOCK}')"))
        ask(browser)
        wait_for_status(browser, "401")
        expect(f"/gateway{PROVISION}" in [call.path for call in proxy.calls], f"asked: {proxy.calls}")
        proxy.close()


def ask(browser):
    browser.click(f"{BLOCK} .opblock-summary-control")
    browser.type(f"{BLOCK} textarea.body-param__text", json.dumps({"description": "summarize financial documents"}))
    browser.click(f"{BLOCK} button.execute")


def operations_shown(browser):
    shown = browser.script(
        "return [...document.querySelectorAll('.opblock')].map(b => ["
        " b.querySelector('.opblock-summary-method').innerText.toLowerCase(),"
        " b.querySelector('[data-path]').dataset.path])"
    )
    return {(method, path) for method, path in shown}


def wait_for_status(browser, status):
    shown = eventually(20, "an answer on the page", lambda: browser.text(STATUS))
    expect(shown.startswith(status), f"expected {status} on the page, got {shown}: {browser.text(ANSWER)}")


if __name__ == "__main__":
    sys.exit(main())
