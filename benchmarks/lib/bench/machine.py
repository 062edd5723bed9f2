"""What the operating system says: time on the processor, memory, and which core a process runs on."""

import os
import platform
import subprocess
import time

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of all threads, dead ones too; in steps of 10 ms."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def rss_mib(pid):
    return _status_mib(pid, "VmRSS")


def peak_rss_mib(pid):
    return _status_mib(pid, "VmHWM")


def _status_mib(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith(field)) / 1024


def pin(pid, cores):
    """Every thread of the process, also those to come."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            os.sched_setaffinity(int(thread), cores)
        except ProcessLookupError:
            pass


def described(java):
    """What a result depends on, and is to be told by."""
    with open("/proc/cpuinfo", encoding="ascii") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "unknown")
    return {
        "java": java_version(java),
        "machine": f"{model}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "build": os.environ["BENCHMARK_BUILD"],
        "date": time.strftime("%Y-%m-%d"),
    }


def java_version(java):
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    return said.split('"')[1]
