"""A small OpenID Connect provider on 127.0.0.1: real HTTP, real signed tokens, PKCE and client checked."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "xiuhua", "shared-secret"


class Provider:
    """The provider; ``claims`` is who signs in, ``changes`` is put over the ID token before it is signed."""

    def __init__(self, claims):
        self.claims, self.changes = claims, {}
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes, self.tokens, self.calls = {}, set(), []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"provider": self}))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def configuration(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, query):
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form):
        asked = self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        right = asked and (
            (form["client_id"], form["client_secret"], form["redirect_uri"], challenge.rstrip(b"=").decode())
            == (CLIENT, SECRET, asked["redirect_uri"], asked["code_challenge"])
        )
        if not right:
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe()
        self.tokens.add(f"Bearer {access}")
        now = int(time.time())
        body = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims, **self.changes}
        id_token = jwt.encode(body, self.key, algorithm="RS256", headers={"kid": "k1"})
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": id_token, "expires_in": 60}


class Handler(BaseHTTPRequestHandler):
    """Carries the requests to the provider."""

    provider: Provider

    def do_GET(self):
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        self.provider.calls.append(path)
        if path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize({k: v[0] for k, v in query.items()}))
            self.end_headers()
        elif path == "/userinfo" and self.headers["Authorization"] not in self.provider.tokens:
            self.answer(401, {"error": "invalid_token"})
        else:
            pages = {
                "/.well-known/openid-configuration": self.provider.configuration,
                "/keys": self.provider.keys,
                "/userinfo": lambda: self.provider.claims,
            }
            self.answer(200, pages[path]())

    def do_POST(self):
        self.provider.calls.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(*self.provider.token({k: v[0] for k, v in form.items()}))

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments):
        """Stay quiet."""
