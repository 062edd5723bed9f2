"""Named checks: each prints one line, and the last line counts them."""

import contextlib
import time


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self._began = time.monotonic()

    @contextlib.contextmanager
    def check(self, name):
        """Whatever the block raises makes the check fail; the run goes on."""
        began = time.monotonic()
        try:
            yield
        except Exception as e:  # a broken check is a failed check, whatever broke it
            self.failed += 1
            why = str(e) if isinstance(e, AssertionError) else f"{type(e).__name__}: {e}"
            print(f"fail  {name} ({time.monotonic() - began:.1f} s)", flush=True)
            for line in why.splitlines() or ["no reason given"]:
                print(f"      {line}", flush=True)
        else:
            self.passed += 1
            print(f"pass  {name} ({time.monotonic() - began:.1f} s)", flush=True)

    def say(self, text):
        print(f"      [{time.monotonic() - self._began:5.1f} s] {text}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 0 if self.failed == 0 and self.passed > 0 else 1


def expect(condition, message):
    if not condition:
        raise AssertionError(message)


def expect_equal(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}\nexpected {expected!r}\ngot      {actual!r}")


def eventually(seconds, what, ask, every=0.25):
    """Asks until the answer is truthy, and returns it; a failed expectation counts as not yet."""
    until = time.monotonic() + seconds
    last = None
    while True:
        try:
            answer = ask()
            if answer:
                return answer
        except AssertionError as e:
            last = e
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {seconds} s" + (f"\n{last}" if last else ""))
        time.sleep(every)
