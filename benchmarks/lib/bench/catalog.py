"""A catalog of any size that reads like one people made, and a Langflow that serves it."""

import gzip
import http.server
import itertools
import json
import os
import random
import threading
import uuid

_MATCHING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "matching")

_VERBS = (
    "Summarize Extract Classify Translate Review Draft Compare Check Forecast Route Rank Tag Merge Validate Explain "
    "Anonymize Transcribe Convert Score Monitor"
).split()
_OBJECTS = (
    "invoices|contracts|support tickets|financial reports|job applications|meeting recordings|product reviews|"
    "purchase orders|delivery notes|bank statements|insurance claims|medical letters|research papers|press releases|"
    "survey answers|web pages|source code|incident reports|price lists|tax forms|travel expenses|sales calls|"
    "newsletters|patents|tender documents"
).split("|")
_PLACES = (
    "the finance team|customer support|human resources|the legal department|the warehouse|procurement|marketing|"
    "the research group|the service desk|field engineers|branch offices|the board|new customers|key accounts|"
    "the press office|quality control|data protection|the online shop|facility management|the training centre"
).split("|")
_WAYS = (
    "in short plain sentences|as a table|with sources|and flag what is missing|by priority|with a confidence for each|"
    "and send the result by mail|in the reader's language|against last year's figures|for the weekly meeting"
).split("|")
_PROJECTS = ("Finance", "Support", "People", "Legal", "Operations")


def flows(count):
    """Header rows as Langflow lists them, of about 260 bytes: a list of 100,000 keeps under 32 MiB."""
    return [_row(number, *words) for number, words in enumerate(_words(count))]


def _words(count):
    return itertools.islice(itertools.product(_WAYS, _PLACES, _OBJECTS, _VERBS), count)


def with_parts(count):
    """The same flows, each with the parts that its meaning is made of."""
    for number, (way, place, thing, verb) in enumerate(_words(count)):
        row = _row(number, way, place, thing, verb)
        yield {"name": row["name"], "description": row["description"], "parts": [f"{verb}s {thing}", place, way]}


def _row(number, way, place, thing, verb):
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"flow-{number}")),
        "name": f"{verb} {thing} for {place.removeprefix('the ')}",
        "folder_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"project-{number % len(_PROJECTS)}")),
        "is_component": False,
        "description": f"{verb}s {thing} of {place} {way}",
        "data": None,
    }


def projects():
    return [
        {"id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"project-{i}")), "name": name} for i, name in enumerate(_PROJECTS)
    ]


def task(row, number=None):
    """How a person may ask for a flow; with a number, a text that nobody sent before."""
    text = f"please {row['description'][0].lower()}{row['description'][1:]}"
    return text if number is None else f"{text}, file {number:x}"


def of_people(count):
    """Flows and texts that people wrote: four evaluation sets, and companies of the training set while there is room.

    Generated flows make up the number. The texts come with the ids of the flows that are right for each, none where
    nothing fits; each text once as it is and once with a "please" behind, shuffled the same way each time, as the sets
    differ in how long their texts are.
    """
    rows, texts = [], {}
    for name, catalog, queries in _written():
        if len(rows) + len(catalog) > count:
            break
        ids = {it["id"]: str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}-{it['id']}")) for it in catalog}
        for flow in catalog:
            kept = {"name": flow["name"], "description": flow["description"], "tags": flow.get("tags", [])}
            rows.append({"id": ids[flow["id"]], "is_component": False, "data": None, **kept})
        for it in queries:
            for text in (it["query"], f"{it['query']} please"):
                texts.setdefault(text, set()).update(ids[i] for i in it["expected"] or ())
    shuffled = list(texts.items())
    random.Random(1).shuffle(shuffled)
    return rows + flows(count - len(rows)), shuffled


def _written():
    """Name, flows and queries of each catalog."""
    for name in ("clinc", "langflow", "own", "toole"):
        yield name, _lines(f"sets/{name}_catalog"), _lines(f"sets/{name}_queries")
    catalog, queries = _lines("training/companies_catalog"), _lines("training/companies_queries")
    for name in dict.fromkeys(it["catalog"] for it in catalog):
        yield name, *([it for it in rows if it["catalog"] == name] for rows in (catalog, queries))


def _lines(name):
    with open(os.path.join(_MATCHING, f"{name}.jsonl"), encoding="utf-8") as f:
        return [json.loads(line) for line in f]


class FakeLangflow:
    """Lets anybody log in; lists with gzip, as the real one does."""

    def __init__(self, rows):
        self._answers = answers = {
            "/api/v1/auto_login": _packed({"access_token": "fake", "token_type": "bearer"}),
            "/api/v1/projects/": _packed(projects()),
        }
        self.offer(rows)
        self.listed = 0
        langflow = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.split("?")[0]
                body = answers.get(path)
                langflow.listed += path == "/api/v1/flows/"
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", "application/json")
                if body is not None:
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *said):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def offer(self, rows):
        """From now on."""
        self.list_bytes = len(json.dumps(rows, separators=(",", ":")).encode())
        self._answers["/api/v1/flows/"] = _packed(rows)


def _packed(value):
    return gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 1)
