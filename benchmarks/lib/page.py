"""Writes what was measured into the page, between its markers, and draws the plot."""

import argparse
import glob
import json
import os
import re
import statistics

_NAMES = {
    "seen": "ARS, a description seen before",
    "noop": "ARS, the same chain and an empty route",
    "live": "ARS, `GET /health/live`: no token, no body",
    "mvc": "Spring MVC, by hand, with timer and log line",
    "floor": "JDK HttpServer, token check and a map",
    "fastapi": "FastAPI, all cached, no log",
    "fastapi-log": "FastAPI, all cached, with a log line",
    "lexical": "ARS, a new description, by words",
    "semantic": "ARS, a new description, by meaning, among near twins",
    "people": "ARS, a new description, by meaning, flows and texts of people",
}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--work", required=True)
    options.add_argument("--page", required=True)
    options.add_argument("part", choices=("http", "growth", "start"))
    options = options.parse_args()
    with open(options.page, encoding="utf-8") as f:
        page = f.read()
    names = "result.json" if options.part == "growth" else "[0-9]*.json"
    runs = [read(file) for file in sorted(glob.glob(os.path.join(options.work, options.part, names)))]
    if options.part == "http":
        text = "\n\n".join(http(run) for run in runs)
        plot(runs, os.path.join(os.path.dirname(options.page), "performance.png"))
    else:
        text = growth(runs[0]) if options.part == "growth" else start(runs)
    page = put(page, options.part, text)
    with open(options.page, "w", encoding="utf-8") as f:
        f.write(page)


def read(file):
    with open(file, encoding="utf-8") as f:
        return json.load(f)


def put(page, name, text):
    found = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
    if not found.search(page):
        raise SystemExit(f"the page has no place for {name}")
    return found.sub(lambda m: f"{m[1]}{text}\n{m[2]}", page)


def middle(rounds, field):
    return statistics.median(r[field] for r in rounds)


def spread(rounds, field, digits=0):
    values = [r[field] for r in rounds]
    return f"{middle(rounds, field):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def of(run):
    return f"{run['date']}, {run['build']}; {run['machine']}"


def http(run):
    subjects = run["subjects"]
    rows = [
        f"JDK {run['java']}, Python {run['python']}; {of(run)}; {run['rounds']} rounds in turns, server and load on a core each.",
        "",
        "| subject | CPU for each request, µs: median (range) | requests a second | p50, ms | p99, ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, rounds in subjects.items():
        rows.append(
            f"| {_NAMES[name]} | {spread(rounds, 'cpu_us')} | {spread(rounds, 'rps')} "
            f"| {middle(rounds, 'p50') / 1e3:.2f} | {middle(rounds, 'p99') / 1e3:.2f} |"
        )
    bars = [("fastapi", 1.5), ("noop", 0.75), ("live", 0.75), ("mvc", 0.9), ("floor", 0.35)]
    if "seen" in subjects:
        rows += ["", "| a description seen before, in work for each CPU second | ratio | wanted |", "| --- | --- | --- |"]
        for name, bar in bars:
            if name in subjects:
                ratio = middle(subjects[name], "cpu_us") / middle(subjects["seen"], "cpu_us")
                rows.append(f"| against: {_NAMES[name]} | {ratio:.2f} | {bar} |")
    if run.get("half"):
        rows += ["", "| at half of the most requests it can do | busy | p50, ms | p99, ms | p99 over p50 | the load itself did not run |", "| --- | --- | --- | --- | --- | --- |"]
        for name, rounds in run["half"].items():
            busy = statistics.median(r["cpu"] / r["seconds"] for r in rounds)
            p50, p99 = middle(rounds, "p50"), middle(rounds, "p99")
            over = statistics.median(r["p99"] / r["p50"] for r in rounds)
            stalled = statistics.median(r["stalled"] for r in rounds)
            rows.append(f"| {_NAMES[name]} | {busy:.0%} | {p50 / 1e3:.2f} | {p99 / 1e3:.2f} | {over:.1f} | {stalled:.2%} |")
    if run.get("beside"):
        alone, beside = (middle(run["beside"][k], "p99") for k in ("alone", "beside"))
        stalled = " and ".join(f"{middle(run['beside'][k], 'stalled'):.2%}" for k in ("alone", "beside"))
        rows += ["", "| beside requests that need the model | ratio | wanted | the load itself did not run, alone and beside |", "| --- | --- | --- | --- |"]
        rows.append(f"| p99 beside new descriptions over alone ({beside / 1e3:.2f} over {alone / 1e3:.2f} ms) | {beside / alone:.2f} | at most 2 | {stalled} |")
    return "\n".join(rows)


def growth(result):
    rows = [
        f"JDK {result['java']}; {of(result)}.",
        "",
        "| flows | list, MiB | seen, µs CPU | new, by words, µs CPU | one flow changed, s (CPU s) | RSS, MiB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for size, one in sorted(result["sizes"].items(), key=lambda it: int(it[0])):
        rows.append(
            f"| {int(size):,} | {one['list_mib']:.1f} | {spread(one['seen'], 'cpu_us')} | {spread(one['new'], 'cpu_us')} "
            f"| {one['refresh']:.2f} ({one['refresh_cpu']:.2f}) | {one['rss']:.0f} |"
        )
    if result.get("semantic") or result.get("parts"):
        rows += [
            "",
            "| flows, matched by meaning | vectors | answers by words after, s | by meaning after, s | new, µs CPU | one flow changed, s | RSS, MiB (most) |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for how, way in (("semantic", "made"), ("parts", "read")):
            for size, one in sorted(result.get(how, {}).items(), key=lambda it: int(it[0])):
                rows.append(
                    f"| {int(size):,} | {way} | {one['words']:.1f} | {one['meanings']:.1f} | {spread(one['new'], 'cpu_us')} "
                    f"| {one['refresh']:.1f} | {one['rss']:.0f} ({one['peak_rss']:.0f}) |"
                )
    if result.get("connections"):
        rows += [
            "",
            "| connections, each sending at once | requests a second | p50, ms | p99, ms | p99.9, ms |",
            "| --- | --- | --- | --- | --- |",
        ]
        for count, rounds in result["connections"].items():
            times = " | ".join(f"{middle(rounds, p) / 1e3:.2f}" for p in ("p50", "p99", "p999"))
            rows.append(f"| {count} | {spread(rounds, 'rps')} | {times} |")
    return "\n".join(rows)


def start(runs):
    rows = [
        f"{of(runs[0])}; medians of {len(next(iter(runs[0]['starts'].values())))} starts.",
        "",
        "| JDK | packaging | matching by meaning | ready, s | first answer, s | CPU until then, s | RSS idle, MiB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for run in runs:
        for way, rounds in run["starts"].items():
            name, embedding = way.split(", ")
            figures = " | ".join(
                f"{middle(rounds, f):.{d}f}" for f, d in (("ready", 2), ("answered", 2), ("cpu", 1), ("rss", 0))
            )
            rows.append(f"| {run['java']} | {name} | {embedding} | {figures} |")
    rows += ["", "| what | MB |", "| --- | --- |"]
    rows.append(f"| the jar | {runs[0]['sizes']['jar'] / 1e6:.0f} |")
    rows.append(f"| the jar taken apart | {runs[0]['sizes']['taken apart'] / 1e6:.0f} |")
    for run in runs:
        rows.append(f"| the cache that a rehearsal leaves on JDK {run['java']} | {run['sizes']['cache'] / 1e6:.0f} |")
    return "\n".join(rows)


def plot(runs, file):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, sides = pyplot.subplots(1, len(runs), figsize=(6 * len(runs), 3.6), squeeze=False)
    for side, run in zip(sides[0], runs):
        names = [n for n in ("floor", "noop", "seen", "mvc", "fastapi") if n in run["subjects"]]
        middles = [middle(run["subjects"][n], "cpu_us") for n in names]
        low = [m - min(r["cpu_us"] for r in run["subjects"][n]) for n, m in zip(names, middles)]
        high = [max(r["cpu_us"] for r in run["subjects"][n]) - m for n, m in zip(names, middles)]
        colours = ["#c8553d" if n == "seen" else "#8d99ae" for n in names]
        side.barh([_NAMES[n] for n in names], middles, xerr=[low, high], color=colours)
        side.set_xlabel("CPU for each request, µs")
        side.set_title(f"JDK {run['java']}")
        side.invert_yaxis()
    figure.tight_layout()
    figure.savefig(file, dpi=110)


if __name__ == "__main__":
    main()
