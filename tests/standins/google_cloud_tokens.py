"""Google's token server, as far as a service account needs it, and credentials files to come to it with.

Source: RFC 7523; google-auth 2.62.2 `oauth2/_client.py`, `jwt_grant` (read 2026-11-20).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""What google-auth names, whatever address the file has."""
ACCOUNT = "kinora@stand-in.iam.gserviceaccount.com"


@cache
def _key(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def credentials(path: Path, token_uri: str, *, account: str = ACCOUNT, key: str = ACCOUNT, project: str) -> Path:
    """Write a service account's file, as Google Cloud hands it out; `key` names whose key is really in it."""
    private = _key(key).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    facts = {
        "type": "service_account",
        "project_id": project,
        "private_key_id": "1",
        "private_key": private.decode(),
        "client_email": account,
        "client_id": "1",
        "token_uri": token_uri,
    }
    path.write_text(json.dumps(facts))
    return path


def refusal_of(raw: bytes) -> str:
    """What is wrong with a request for a token, in the server's words; empty when it is to have one."""
    form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
    if form.keys() != {"grant_type", "assertion"} or form["grant_type"] != GRANT:
        return f"unexpected form: {sorted(form)}"
    public = (
        _key(ACCOUNT)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    try:
        claims = jwt.decode(form["assertion"], certs=public.decode(), audience=AUDIENCE)  # type: ignore[no-untyped-call]
    except ValueError as error:
        return f"Invalid JWT: {error}"
    wanted = {"iss": ACCOUNT, "scope": SCOPE}
    wrong = [name for name, value in wanted.items() if claims.get(name) != value]
    return f"Invalid claims: {', '.join(wrong)}." if wrong else ""
