"""Writes down what a real Langflow answers, without its secrets: material for tests."""

import json
import os

from langflow import LIST
from acceptance.web import call

_SECRETS = ("access_token", "refresh_token", "api_key")


def record(open_one, closed_one, folder, fill):
    fill(open_one)
    fill(closed_one)
    query = LIST + "&remove_example_flows=true"
    key = {"x-api-key": closed_one.create_api_key()}
    bearer, plain = None, {}
    asked = {
        "auto-login": (open_one, "GET", "/api/v1/auto_login", plain),
        "auto-login-disabled": (closed_one, "GET", "/api/v1/auto_login", plain),
        "flows": (open_one, "GET", query, bearer),
        "flows-with-api-key": (closed_one, "GET", query, key),
        "flows-without-slash": (open_one, "GET", query.replace("/flows/?", "/flows?"), bearer),
        "flows-with-examples": (open_one, "GET", LIST, bearer),
        "flows-paged": (open_one, "GET", "/api/v1/flows/?get_all=false&page=1&size=2", bearer),
        "flows-no-credential": (closed_one, "GET", query, plain),
        "flows-bad-token": (closed_one, "GET", query, {"Authorization": "Bearer nonsense"}),
        "flows-bad-api-key": (closed_one, "GET", query, {"x-api-key": "sk-wrong"}),
        "projects": (open_one, "GET", "/api/v1/projects/", bearer),
        "folders": (open_one, "GET", "/api/v1/folders/", bearer),
        "unknown-path": (open_one, "GET", "/api/v1/nope", bearer),
    }
    answers = {name: it.ask(method, path, None, headers) for name, (it, method, path, headers) in asked.items()}
    answers["login"] = closed_one.login()
    wrong = (("username", "acceptance"), ("password", "wrong"))
    for _ in range(6):
        answers["login-wrong-password"] = answers.get("login-wrong-password") or call(
            "POST", closed_one.url + "/api/v1/login", wrong
        )
        last = call("POST", closed_one.url + "/api/v1/login", wrong)
        if last.status == 429:
            answers["login-too-often"] = last
            break
    os.makedirs(folder, exist_ok=True)
    for name, answer in answers.items():
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as out:
            json.dump(_whole(answer, (open_one.url, closed_one.url)), out, indent=1, ensure_ascii=False)
            out.write("\n")
    return len(answers)


def _whole(answer, addresses):
    kept = ("content-type", "content-encoding", "location", "retry-after", "www-authenticate")
    headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() in kept}
    for address in addresses:
        headers = {k: v.replace(address, "http://langflow:7860") for k, v in headers.items()}
    try:
        body = _scrubbed(answer.json)
    except ValueError:
        body = answer.text
    return {"status": answer.status, "headers": headers, "body": body}


def _scrubbed(value):
    if isinstance(value, dict):
        return {k: f"<{k}>" if k in _SECRETS and v else _scrubbed(v) for k, v in value.items()}
    if isinstance(value, list):
        # Twenty rows show the shape; the rest repeats it.
        return [_scrubbed(v) for v in value[:20]]
    return value
