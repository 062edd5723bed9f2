"""Virtual environments in the user's cache, each filled once."""

import fcntl
import hashlib
import os
import shutil
import sys
import venv

from acceptance.checks import expect


def place(name):
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "agent-runtime-acceptance", name)


def filled(home, what, pins, say, fill):
    """Does nothing when `home` was filled from these pins with this Python; an unfinished installation is begun anew.

    `pins` are bytes; `fill` is given the Python of the new environment.
    """
    mark = os.path.join(home, "installed")
    fingerprint = f"{hashlib.sha256(pins).hexdigest()} python {sys.version_info[0]}.{sys.version_info[1]}\n"
    os.makedirs(os.path.dirname(home), exist_ok=True)
    with open(home + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(mark):
            with open(mark, encoding="utf-8") as f:
                if f.read() == fingerprint:
                    return
        if os.path.exists(home):
            expect(os.path.exists(os.path.join(home, "pyvenv.cfg")), f"{home} is not a virtual environment: left alone")
            shutil.rmtree(home)
        say(f"installing {what} (once), into {home}")
        venv.create(home, with_pip=True)
        fill(os.path.join(home, "bin", "python"))
        with open(mark, "w", encoding="utf-8") as out:
            out.write(fingerprint)
