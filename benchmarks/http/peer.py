"""The same work in FastAPI, with everything cached that can be: tokens once verified, answers by their text."""

import logging
import os
import sys
import time
import uuid
from typing import Annotated

import jwt
import orjson
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from pydantic import BaseModel, StringConstraints

SECRET = os.environ["PEER_SECRET"]
with open(os.environ["PEER_ANSWERS"], "rb") as f:
    ANSWERS = {text: body.encode() for text, body in orjson.loads(f.read()).items()}

app = FastAPI(openapi_url=None)
log = logging.getLogger("requests")
if os.environ.get("PEER_LOG"):
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
else:
    log.disabled = True
_verified = {}


class Task(BaseModel):
    description: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    project_hint: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None


async def caller(authorization: Annotated[str | None, Header()] = None):
    if authorization is None or not authorization.startswith("Bearer "):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    token = authorization[7:]
    known = _verified.get(token)
    if known is not None and known["exp"] > time.time():
        return known
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from None
    if len(_verified) < 10_000:
        _verified[token] = claims
    return claims


@app.post("/api/v1/agents/provision")
async def provision(task: Task, who: Annotated[dict, Depends(caller)]):
    body = ANSWERS.get(task.description)
    if body is None:
        raise HTTPException(404)
    identity = str(uuid.uuid4())
    log.info("request status=200 caller=%s [%s]", who["sub"], identity)
    headers = {
        "X-Request-ID": identity,
        "X-Catalog-Version": "0",
        "X-Catalog-Age": "0",
        "X-Flow-Provider": "langflow",
    }
    return Response(body, media_type="application/json", headers=headers)
