"""An OpenID provider of one thread on loopback: discovery, a code by redirect with PKCE, signed tokens, what it knows of a person."""

import base64
import hashlib
import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "tongzhou", "for-the-test-alone"  # the test's own
KEY_ID = "one"


@dataclass
class Provider:
    """Where it listens, who it says is there, and what it was asked."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "p-1"})
    challenges: dict[str, str] = field(default_factory=dict)
    is_down: bool = False
    audience: str = CLIENT


@contextmanager
def identity_provider() -> Iterator[Provider]:
    """A provider that runs as long as the block."""
    provider = Provider()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))

    class Desk(http.server.BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Quiet."""

        def tell(self, facts: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(facts).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if provider.is_down:
                self.tell({}, 503)
            elif asked.path.endswith("/openid-configuration"):
                self.tell(discovery(provider.address))
            elif asked.path == "/keys":
                self.tell({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})
            elif asked.path == "/person":
                self.tell(provider.claims)
            else:
                self.send_response(302)
                self.send_header(
                    "Location", self.granted({k: v[0] for k, v in parse_qs(asked.query).items()})
                )
                self.send_header("Content-Length", "0")
                self.end_headers()

        def granted(self, query: dict[str, str]) -> str:
            code = f"code-{len(provider.challenges)}"
            provider.challenges[code] = query["code_challenge"]
            return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
            if not known or provider.challenges.pop(form.get("code", ""), None) != challenge:
                self.tell({"error": "invalid_grant"}, 400)
                return
            moment = int(time.time())
            facts = {"iss": provider.address, "aud": provider.audience, "iat": moment, "exp": moment + 60}
            token = jwt.encode(provider.claims | facts, key, algorithm="RS256", headers={"kid": KEY_ID})
            self.tell({"access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 60})

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def discovery(address: str) -> dict[str, Any]:
    """What the provider says of itself."""
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "userinfo_endpoint": f"{address}/person",
        "jwks_uri": f"{address}/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
