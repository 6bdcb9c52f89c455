"""Certificates are checked, and one that is not valid is told in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newslake.testing import Site
from spiders.sources import Source
from tests.spiders.crawling import run_crawl


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "loopback.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    with Site(certificate=self_signed(tmp_path)) as site:
        site.feed("/feed")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]))
        assert site.asked == []
    assert crawled.ends["/feed"].outcome == "network-error"
    assert crawled.detail("/feed") == f"the TLS certificate of {site.url.removeprefix('https://')} is not valid"


def test_a_certificate_that_the_machine_trusts_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = self_signed(tmp_path)
    with Site(certificate=file) as site:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        site.page("/a")
        site.feed("/feed", "/a")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]))
    assert crawled.outcomes() == {"/feed": "listing", "/a": "captured"}
