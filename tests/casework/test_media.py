"""Photos named by an address: fetched from outside alone, however the address is written or leads on."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from casework.conftest import MONDAY
from casework.pictures import encoded
from xiuhua.casework import fetching
from xiuhua.casework.actions import media
from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.fetching import Hosts, Unreachable, fetch, is_public
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.jobs import policy_of
from xiuhua.foundation.models import Event

LARGEST = 200_000


class Handler(BaseHTTPRequestHandler):
    """Answers by path; ``asked`` are the paths, ``hold`` lets a slow answer end with the test."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        getattr(self, f"_{self.path.strip('/').split('/')[0].split('?')[0] or 'photo'}", self._photo)()

    def _send(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _photo(self):
        self._send(200, encoded(), Content_Type="text/html")

    def _missing(self):
        self._send(404, b"no")

    def _busy(self):
        self._send(503, b"later")

    def _to(self):
        self._send(302, Location=self.path.split("to=", 1)[1])

    def _round(self):
        self._send(301, Location="/round")

    def _huge(self):
        self.send_response(200)
        self.end_headers()
        piece = b"x" * 65536
        try:
            for _ in range(10_000):
                self.wfile.write(piece)
                self.server.sent += len(piece)
        except OSError:
            pass

    def _liar(self):
        self._send(200, b"short", Content_Length="100000")

    def _slow(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"x" * 10)
        self.wfile.flush()
        self.server.hold.wait()

    def _drip(self):
        """A byte now and then, so that no single read ever waits long."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.hold.wait(0.02):
            try:
                self.wfile.write(b"x-a: b\r\n")
                self.wfile.flush()
            except OSError:
                return

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.sent, server.hold = [], 0, threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server():
    with serving() as server:
        yield server


@pytest.fixture
def allowed(server):
    """The server, named by its host and port."""
    return Hosts(everybody=True, named=frozenset({f"127.0.0.1:{server.server_port}"}))


def got(server, allowed, path="/", seconds=10.0):
    return fetch(f"http://127.0.0.1:{server.server_port}{path}", hosts=allowed, largest=LARGEST, seconds=seconds)


def test_a_named_host_is_fetched_from(server, allowed):
    assert got(server, allowed) == encoded()
    assert got(server, allowed, "/照片.jpg?a=一") == encoded()
    assert server.asked[-1][0].startswith("/%E7%85%A7")
    assert server.asked[-1][1] == f"127.0.0.1:{server.server_port}"


def test_without_its_name_nothing_inside_is_even_asked(server):
    with pytest.raises(Refused):
        got(server, Hosts(everybody=True, named=frozenset()))
    with pytest.raises(Refused):
        got(server, Hosts(everybody=True, named=frozenset({"127.0.0.1:1"})))
    assert not server.asked


INSIDE = [
    "http://127.0.0.1/", "http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://127.0.0.1./", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[::]/", "http://0.0.0.0/", "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://[fe80::1]/", "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://[ff02::1]/",
    "http://255.255.255.255/", "http://198.18.0.1/", "http://[::127.0.0.1]/", "http://①②⑦.⓪.⓪.①/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_however_it_is_written_nothing_inside_is_reached(url, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_kwargs: pytest.fail("connected"))
    with pytest.raises((Refused, Unreachable)):
        fetch(url, hosts=Hosts.of(["*"]), largest=LARGEST)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/a.jpg", "gopher://example.org/", "data:image/png;base64,AAAA", "//x/y",
        "example.org/a.jpg", "http://", "http:///a.jpg", "https://user@127.0.0.1/", "http://example.org@127.0.0.1/",
        "http://example.org:pw@127.0.0.1/", "http://example.org\\@127.0.0.1/", "http://127.0.0.1\r\nX: y/",
        "http://example.org/a b", "http://[::1", "http://example.org:99999/", "http://example.org:0/", "", " ",
        "http://example.org/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_photo_is_refused(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: pytest.fail("resolved"))
    with pytest.raises(Refused) as caught:
        fetch(url, hosts=Hosts.of(["*"]), largest=LARGEST)
    assert caught.value.remedy


def test_ports_of_other_services_are_refused(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: pytest.fail("resolved"))
    for port in (22, 25, 5432, 6379):
        with pytest.raises(Refused):
            fetch(f"http://example.org:{port}/", hosts=Hosts.of(["*"]), largest=LARGEST)


def test_without_the_star_only_named_hosts_are_asked(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: pytest.fail("resolved"))
    with pytest.raises(Refused):
        fetch("https://example.org/", hosts=Hosts.of(["photos.example.org"]), largest=LARGEST)


def resolving(monkeypatch, server, *answers):
    """Let names resolve to ``answers``, one list a call; connections all go to the server. Returns where they went."""
    given, went = iter(answers), []

    def resolve(host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(given)]

    def connect(address, timeout):
        went.append(address)
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(("127.0.0.1", server.server_port))
        return made

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(fetching.socket, "create_connection", connect)
    return went


OUTSIDE = Hosts.of(["*"])
PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"


def test_the_connection_goes_to_the_address_that_was_checked(server, monkeypatch):
    """A name that is public when it is checked and private a moment later leads nowhere."""
    went = resolving(monkeypatch, server, [PUBLIC], ["127.0.0.1"])
    assert fetch("http://rebind.example.org/a.jpg", hosts=OUTSIDE, largest=LARGEST) == encoded()
    assert went == [(PUBLIC, 80)]
    assert server.asked == [("/a.jpg", "rebind.example.org")]


def test_one_private_address_among_public_ones_is_enough(server, monkeypatch):
    went = resolving(monkeypatch, server, [PUBLIC, "10.0.0.1"], [])
    for _again in range(2):
        with pytest.raises(Refused):
            fetch("http://mixed.example.org/", hosts=OUTSIDE, largest=LARGEST)
    assert went == []


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "//127.0.0.1/", "file:///etc/passwd", "http://a@b.c/"],
)
def test_a_redirect_is_looked_at_like_the_first_address(server, monkeypatch, onward):
    resolving(monkeypatch, server, [PUBLIC], ["127.0.0.1"])
    with pytest.raises(Refused):
        fetch(f"http://start.example.org/to?to={onward}", hosts=OUTSIDE, largest=LARGEST)
    assert len(server.asked) == 1


def test_a_redirect_to_elsewhere_outside_is_followed(server, monkeypatch):
    went = resolving(monkeypatch, server, [PUBLIC], [OTHER])
    url = "http://start.example.org/to?to=http://other.example.org:8080/b.jpg"
    assert fetch(url, hosts=OUTSIDE, largest=LARGEST) == encoded()
    assert went == [(PUBLIC, 80), (OTHER, 8080)]
    assert server.asked[-1] == ("/b.jpg", "other.example.org:8080")


def test_redirects_end(server, allowed):
    with pytest.raises(Refused):
        got(server, allowed, "/round")
    assert len(server.asked) == 4


def test_too_much_is_not_read(server, allowed):
    with pytest.raises(Refused):
        got(server, allowed, "/huge")
    assert server.sent < 100 * LARGEST


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_slow_answer_is_given_up_in_time(server, allowed, path):
    with pytest.raises(Unreachable):
        got(server, allowed, path, seconds=0.3)


def test_what_may_pass_is_tried_again_and_what_does_not_is_refused(server, allowed):
    with pytest.raises(Unreachable):
        got(server, allowed, "/busy")
    with pytest.raises(Unreachable):
        got(server, allowed, "/liar")
    with pytest.raises(Refused):
        got(server, allowed, "/missing")


def test_nobody_at_home_is_tried_again(server, allowed):
    server.shutdown()
    server.server_close()
    with pytest.raises(Unreachable):
        got(server, allowed)


def test_a_name_that_is_none_is_tried_again(monkeypatch):
    def resolve(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable):
        fetch("https://nowhere.example.org/", hosts=OUTSIDE, largest=LARGEST)


def test_over_https_the_other_side_must_prove_its_name(server, monkeypatch):
    """The server speaks no TLS at all: it is not asked in the clear instead."""
    resolving(monkeypatch, server, [PUBLIC])
    with pytest.raises(Unreachable):
        fetch("https://plain.example.org/", hosts=OUTSIDE, largest=LARGEST, seconds=5)
    assert not server.asked


@pytest.fixture
def proven(tmp_path, monkeypatch):
    """The context of a server that proves to be photos.example.org to whoever fetches."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "photos.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("photos.example.org")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, SHA256())
    path = tmp_path / "server.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + plain)
    trusted = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(fetching.ssl, "create_default_context", lambda: trusted)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize(("host", "taken"), [("photos.example.org", True), ("other.example.org", False)])
def test_over_https_the_certificate_must_be_of_the_host_that_was_named(server, proven, monkeypatch, host, taken):
    server.socket = proven.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
    went = resolving(monkeypatch, server, [PUBLIC])
    if taken:
        assert fetch(f"https://{host}/a.jpg", hosts=OUTSIDE, largest=LARGEST) == encoded()
    else:
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            fetch(f"https://{host}/a.jpg", hosts=OUTSIDE, largest=LARGEST)
    assert went == [(PUBLIC, 443)]
    assert len(server.asked) == taken


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True), ("::ffff:93.184.215.14", True),
        ("64:ff9b::5db8:d70e", True), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("fe80::1%eth0", False),
        ("2002:a00:1::", False), ("2001:0:a00:1::", False), ("240.0.0.1", False), ("no address", False), ("", False),
    ],
)  # fmt: skip
def test_what_lies_in_the_open(address, public):
    assert is_public(address) is public


# -- the job -------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return submit(Submission("k", desk.district, "open311", 120.05, 31.7, desk.category, "垃圾"), at=MONDAY)


def test_a_fetched_photo_belongs_to_the_case_and_comes_once(report, server, settings):
    settings.XIUHUA_MEDIA_HOSTS = [f"127.0.0.1:{server.server_port}"]
    url = f"http://127.0.0.1:{server.server_port}/a.jpg"
    first, second = media.fetch_media.call(report.pk, url), media.fetch_media.call(report.pk, url)
    assert first == second
    photo = Photo.objects.get(key=first["photo"])
    assert (photo.case, photo.report, photo.stage, photo.public) == (report.case, report, "before", True)
    assert len(server.asked) == 1
    assert Photo.objects.count() == 1


def test_two_runs_at_once_make_one_photo(report, monkeypatch, settings):
    """The other run finishes between the look and the row."""
    real, files = media.store, settings.MEDIA_ROOT

    def twice(data, **more):
        real(data, **more)
        return real(data, **more)

    monkeypatch.setattr(media, "fetch", lambda _url: encoded())
    monkeypatch.setattr(media, "store", twice)
    result = media.fetch_media.call(report.pk, "https://example.org/a.jpg")
    assert str(Photo.objects.get().key) == result["photo"]
    assert len([path for path in files.rglob("*") if path.is_file()]) == 3


def test_what_is_refused_is_written_down_and_not_tried_again(report, monkeypatch):
    monkeypatch.setattr(media, "fetch", lambda _url: b"<svg/>")
    assert "SVG" in media.fetch_media.call(report.pk, "https://example.org/a.svg?token=secret")["refused"]
    assert media.fetch_media.call(report.pk, "http://[::1")["refused"]
    event = Event.objects.filter(verb="report.media_refused").first()
    assert event.after["host"] == "example.org"
    assert "secret" not in str(event.after)
    assert not Photo.objects.exists()


def test_an_address_inside_is_refused_by_the_job_too(report):
    assert media.fetch_media.call(report.pk, "http://169.254.169.254/latest/meta-data/")["refused"]
    assert media.fetch_media.call(report.pk, "http://localhost:5432/")["refused"]


def test_the_job_is_tried_again_while_nobody_answers(report, monkeypatch):
    def fail(_url):
        raise Unreachable("HTTP 503")

    monkeypatch.setattr(media, "fetch", fail)
    with pytest.raises(Unreachable):
        media.fetch_media.call(report.pk, "https://example.org/a.jpg")
    assert policy_of(media.fetch_media.module_path).attempts > 1
