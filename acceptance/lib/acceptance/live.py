"""One run: what was started is stopped, and what went wrong is shown."""

import os
import shutil
import tempfile

from acceptance.checks import Report
from acceptance.service import Service
from acceptance.web import call


def run(prove, keep=False):
    """`prove(report, folder, started)`; what it puts into `started` has `process`. `keep` leaves the folder."""
    folder = tempfile.mkdtemp(prefix="agent-runtime-acceptance-")
    report = Report()
    started = []
    try:
        prove(report, folder, started)
    except KeyboardInterrupt:
        report.failed += 1
        report.say("interrupted")
    except Exception as e:  # what cannot even begin is one failed check
        with report.check("the acceptance could go on to its end"):
            raise e
    finally:
        # One that was started again is there twice
        processes = list(dict.fromkeys(one.process for one in Service.all_started + started if one.process))
        for process in processes:
            process.stop()
        if report.failed:
            for process in processes:
                print(f"\n--- last lines of {process.name}\n{process.tail()}")
        if keep:
            report.say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


def node_environment(folder, **values):
    """What a Node server is given: no more of this machine than its PATH, and a home of its own."""
    return {"PATH": os.environ["PATH"], "HOME": folder, **values}


class Session:
    """Calls with the cookies that earlier ones were given, as a browser makes them."""

    def __init__(self, url, **headers):
        self.url, self.headers, self.cookies = url, headers, {}

    def ask(self, method, path, body=None, expected=(200, 201)):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = call(method, self.url + path, body, {**self.headers, "Cookie": cookie}, timeout=60)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        if answer.status not in expected:
            raise AssertionError(f"{method} {path}: {answer}")
        return answer.json
