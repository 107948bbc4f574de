"""HTTPS of the kinds that ask over HTTP."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signals.asking import around, fault, opened, read, until
from tests.signals.scripted_http import ScriptedHttp, ok, scripted_http

KIND = "http-json"


@pytest.fixture
async def http() -> AsyncIterator[ScriptedHttp]:
    async with scripted_http() as server:
        yield server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the host `worker`, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "worker")])
    born = datetime(2020, 1, 1, tzinfo=UTC)
    plan = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    plan = plan.serial_number(1).not_valid_before(born).not_valid_after(born + timedelta(days=36500))
    made = plan.add_extension(x509.SubjectAlternativeName([x509.DNSName("worker")]), False).sign(key, SHA256())
    path = tmp_path_factory.mktemp("tls") / "worker.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "skip"),
    [("worker", True, False), ("worker", False, False), ("other", True, False), ("other", False, True)],
)
async def test_a_certificate_must_be_trusted_and_of_the_host_as_written(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool, skip: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with scripted_http(tls) as http:
        http.answers["/"] = ok(7)

        async def locate(_: str, __: int) -> tuple[str, int]:
            return "127.0.0.1", http.port

        surroundings = replace(around(), locate=locate)
        async with opened(KIND, surroundings, url=f"https://{host}/", insecure_skip_verify=skip) as one:
            if skip or (trusted and host == "worker"):
                assert await read(one) == {"value": 7}
            else:
                error = await fault(one)
                assert error.state == "down"
                assert "certificate verify failed" in str(error)


async def test_a_handshake_that_is_cut_off_leaves_nothing_open(http: ScriptedHttp) -> None:
    async with opened(KIND, url=http.url.replace("http:", "https:")) as one:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await read(one, 0.05)
        await until(lambda: not http.open)
    assert http.accepted == 3
