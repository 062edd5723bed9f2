"""Processes of our own: each in its own process group, ended by that group's id alone, whatever happens."""

import atexit
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time

_running = []
_given = set()


def free_port():
    """Never the same twice, and below those that the system gives to connections before anything listens there."""
    while True:
        port = random.randrange(10_000, 32_000)
        if port in _given:
            continue
        with socket.socket() as s:
            # As servers do: else what is left of ended connections would count as taken
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


class Process:
    def __init__(self, name, command, environment, folder, log):
        self.name, self.command, self.environment, self.folder, self.log = name, command, environment, folder, log
        self._popen = None

    def start(self):
        os.makedirs(self.folder, exist_ok=True)
        with open(self.log, "ab") as out:
            self._popen = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _running.append(self)
        return self

    @property
    def alive(self):
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self):
        return self._popen.pid

    def ask_to_stop(self):
        self._popen.send_signal(signal.SIGTERM)

    def kill(self):
        """The whole group at once, as a crash would."""
        self._signal(signal.SIGKILL)
        self._popen.wait()
        _running.remove(self)

    def freeze(self):
        """The process keeps its port and answers nothing, like a server that hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self):
        self._signal(signal.SIGCONT)

    def stop(self, patience=25):
        """Asks first, then ends the whole group; returns the exit code."""
        if self not in _running:
            # Its number may be somebody else's by now
            return self._popen and self._popen.returncode
        if self.alive:
            self._signal(signal.SIGCONT)
            self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        code = self._popen.wait()
        _running.remove(self)
        return code

    def _signal(self, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)

    def written(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def tail(self, lines=40):
        return "\n".join(self.written().splitlines()[-lines:])


def wait_until_up(process, up, seconds):
    """Waits until `up()` is true; says so at once when the process ends before."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if up():
            return time.monotonic() - began
        if not process.alive:
            raise AssertionError(f"{process.name} ended while starting:\n{process.tail(15)}")
        time.sleep(0.2)
    raise AssertionError(f"{process.name} was not up within {seconds} s:\n{process.tail(15)}")


def _stop_all():
    for process in list(_running):
        process.stop(patience=5)


atexit.register(_stop_all)
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, lambda number, frame: sys.exit(128 + number))
