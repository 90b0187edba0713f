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
from html import escape
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
    asks: bool = False
    named: dict[str, str] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)
    token_says: dict[str, Any] = field(default_factory=dict)  # in the ID token instead; None leaves it out

    def claims_of(self, code: str) -> dict[str, Any]:
        """Whoever gave a name when the code was made; else the one who is always there."""
        name = self.named.get(code)
        return {"sub": f"p-{name}", "preferred_username": name} if name else self.claims


PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>省统一身份认证</title>
<form><label>账号 <input name="person"></label>{kept}<button>登录</button></form>"""


@contextmanager
def identity_provider(*, asks: bool = False) -> Iterator[Provider]:
    """A provider that runs as long as the block; one that `asks` shows a browser a page to give a name on."""
    provider = Provider(asks=asks)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _desk(provider))
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def flat(query: str) -> dict[str, str]:
    """Each name with its first value."""
    return {name: values[0] for name, values in parse_qs(query).items()}


def question(query: dict[str, str]) -> bytes:
    """The page on which a browser says who is there; it keeps what the client asked."""
    hidden = [f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in query.items()]
    return PAGE.format(kept="".join(hidden)).encode()


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


class Answering(http.server.BaseHTTPRequestHandler):
    """Says things without noting them in a log."""

    def log_message(self, *arguments: object) -> None:
        """Quiet."""

    def tell(self, facts: dict[str, Any], status: int = 200) -> None:
        """As JSON."""
        self.show(json.dumps(facts).encode(), "application/json", status)

    def show(self, body: bytes, kind: str, status: int = 200) -> None:
        """A whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _desk(provider: Provider) -> type[http.server.BaseHTTPRequestHandler]:
    """What answers for `provider`, with a key of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))

    class Desk(Answering):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if provider.is_down:
                self.tell({}, 503)
            elif asked.path.endswith("/openid-configuration"):
                self.tell(discovery(provider.address))
            elif asked.path == "/keys":
                self.tell({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})
            elif asked.path == "/person":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                self.tell(provider.claims_of(token))
            else:
                self.authorize(flat(asked.query))

        def authorize(self, query: dict[str, str]) -> None:
            if provider.asks and "person" not in query:
                self.show(question(query), "text/html; charset=utf-8")
                return
            self.send_response(302)
            self.send_header("Location", self.granted(query))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def granted(self, query: dict[str, str]) -> str:
            code = f"code-{len(provider.named)}"
            provider.challenges[code] = query["code_challenge"]
            provider.named[code] = query.get("person", "")
            provider.nonces[code] = query.get("nonce", "")
            return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = flat(self.rfile.read(length).decode())
            proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
            known = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
            if not known or provider.challenges.pop(form.get("code", ""), None) != challenge:
                self.tell({"error": "invalid_grant"}, 400)
                return
            moment = int(time.time())
            facts = {"iss": provider.address, "aud": provider.audience, "iat": moment, "exp": moment + 60}
            facts |= {"nonce": provider.nonces[form["code"]]}
            said = provider.claims_of(form["code"]) | facts | provider.token_says
            said = {name: value for name, value in said.items() if value is not None}
            token = jwt.encode(said, key, algorithm="RS256", headers={"kid": KEY_ID})
            self.tell(
                {"access_token": form["code"], "token_type": "Bearer", "id_token": token, "expires_in": 60}
            )

    return Desk
