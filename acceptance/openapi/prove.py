"""Schemathesis against the running service and its own description."""

import argparse
import os
import subprocess
import sys

from acceptance import environments, live
from acceptance.checks import eventually, expect, expect_equal
from acceptance.service import Service

HERE = os.path.dirname(os.path.abspath(__file__))
REQUIREMENTS = os.path.join(HERE, "requirements.txt")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--jar", required=True)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()

    def whole(report, folder, started):
        with report.check("the service keeps to its own description, whatever it is sent"):
            prove(report, chosen, folder)

    return live.run(whole)


def prove(report, chosen, folder):
    command = installed(report.say)
    service = Service("openapi", chosen.jar, folder, PROVIDERS="sample", DOCS_ENABLED="true").start()
    eventually(30, "flows", lambda: len(service.flows()) > 0)
    run = subprocess.run(
        [
            command,
            "run",
            f"{service.url}/openapi.json",
            "--header",
            f"Authorization: Bearer {service.token}",
            "--checks",
            "all",
            "--mode",
            "all",
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            str(chosen.examples),
            "--seed",
            str(chosen.seed),
            "--generation-database",
            "none",
            "--continue-on-failure",
            "--request-timeout",
            "15",
            "--no-color",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": HERE, "SCHEMATHESIS_HOOKS": "hooks"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1200,
    )
    print(run.stdout[-12_000:] if run.returncode else run.stdout[-1_500:], flush=True)
    expect_equal(run.returncode, 0, "exit code of Schemathesis")
    log = service.log()
    expect("\tat " not in log, "a stack trace in the log")
    expect(' status="500"' not in log, "an answer of 500")
    expect_equal(service.stop(), 0, "exit code of the service")


def installed(say):
    """The command."""
    home = environments.place("schemathesis")
    with open(REQUIREMENTS, "rb") as pins:
        environments.filled(home, "Schemathesis", pins.read(), say, install)
    return os.path.join(home, "bin", "schemathesis")


def install(python):
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, "--no-deps", "-r", REQUIREMENTS], check=True)


if __name__ == "__main__":
    sys.exit(main())
