"""Somebody else's server on this machine: HTTPS with a certificate of an authority of the tests."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "hooks.northwind.example"


@dataclass(frozen=True)
class Papers:
    """Files in PEM: the authority's certificate, and a server's certificate and key."""

    roots: Path
    certificate: Path
    key: Path


def papers(home: Path, *names: str) -> Papers:
    """Make an authority, and a certificate of it for a server of these names."""
    now = datetime.now(UTC)
    begins, ends = now - timedelta(hours=1), now + timedelta(days=2)
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = (
        x509.CertificateBuilder(root_name, root_name, root_key.public_key(), 1, begins, ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(identifier, critical=False)
        .sign(root_key, SHA256())
    )
    alternatives = x509.SubjectAlternativeName([_named(name) for name in (*names, "127.0.0.1")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    server = (
        x509.CertificateBuilder(root_name, subject, key.public_key(), 2, begins, ends)
        .add_extension(alternatives, critical=False)
        .add_extension(authority, critical=False)
        .sign(root_key, SHA256())
    )
    made = Papers(home / "roots.pem", home / "server.pem", home / "server.key")
    made.roots.write_bytes(root.public_bytes(Encoding.PEM))
    made.certificate.write_bytes(server.public_bytes(Encoding.PEM))
    made.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def _named(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@dataclass(frozen=True)
class Message:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[BaseHTTPRequestHandler], None]


def saying(status: int, **headers: str) -> Answer:
    """Answer with a status and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte now and then, so that no single wait is long."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.05)


def flooding(handler: BaseHTTPRequestHandler) -> None:
    """Answer yes, with a body that never ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    while True:
        handler.wfile.write(b"a" * 65_536)


@dataclass
class Receiver:
    """A server that keeps what it is sent, and answers as it is told to."""

    port: int
    heard: list[Message] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: saying(204))

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/parley"


@contextmanager
def receiver(with_papers: Papers | None) -> Iterator[Receiver]:
    """Lend a server on loopback; without papers it speaks plain HTTP."""
    lent = Receiver(0)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            lent.heard.append(Message(self.path, headers, body))
            self.close_connection = True
            try:
                lent.answer(self)
            except OSError:
                return  # whoever asked has heard enough

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the server's own name
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, address: object) -> None:
            """Keep quiet of those who hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    if with_papers is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(with_papers.certificate, with_papers.key)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    lent.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield lent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
