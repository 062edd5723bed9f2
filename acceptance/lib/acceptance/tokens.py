"""HMAC-signed tokens, as the issuer of callers would make them."""

import base64
import hashlib
import hmac
import json
import time


def mint(secret, subject="acceptance", seconds=3600, **claims):
    now = int(time.time())
    payload = {"sub": subject, "iat": now, "exp": now + seconds, **claims}
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(payload)}"
    return f"{signed}.{_encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _part(value):
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
