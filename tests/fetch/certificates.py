"""Certificates for loopback, made on the spot with the openssl command: one good, the others not."""

from __future__ import annotations

import ssl
import subprocess
import warnings
from pathlib import Path

_CONFIG = """\
[ca]
default_ca = own
[own]
new_certs_dir = .
database = index.txt
serial = serial
default_md = sha256
policy = any
copy_extensions = copy
x509_extensions = issued
unique_subject = no
[any]
commonName = supplied
[issued]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
_DATES = {"good": ("20200101000000Z", "20991231000000Z"), "expired": ("20200101000000Z", "20200201000000Z")}  # fmt: skip


def make_certificates(folder: Path) -> None:
    """Write NAME.pem and NAME.key for "good", "expired", "wrong-host", "self-signed", "unknown-ca".

    The good one is for 127.0.0.0/8's first addresses and feeds.test, signed by ca.pem.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for authority in ("ca", "other"):
        # Newer Pythons refuse an authority that does not say what its key is for (RFC 5280).
        usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        subject = ["-days", "9999", "-subj", f"/CN={authority}"]
        _run(folder, "req", "-x509", *subject, *usage, *_key(authority))
    (folder / "ca.cnf").write_text(_CONFIG)
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    for name in ("good", "expired", "wrong-host", "unknown-ca"):
        alt = "DNS:other.test" if name == "wrong-host" else "DNS:feeds.test,IP:127.0.0.1"
        csr = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={alt}", "-out", f"{name}.csr"]
        _run(folder, "req", "-new", *csr, *_new_key(name))
        start, end = _DATES.get(name, _DATES["good"])
        signer = "other" if name == "unknown-ca" else "ca"
        signed = ["-cert", f"{signer}.pem", "-keyfile", f"{signer}.key", "-in", f"{name}.csr"]
        dates = ["-startdate", start, "-enddate", end, "-out", f"{name}.pem", "-notext"]
        _run(folder, "ca", "-batch", "-config", "ca.cnf", *signed, *dates)
    alt = "subjectAltName=DNS:feeds.test,IP:127.0.0.1"
    _run(folder, "req", "-x509", "-subj", "/CN=me", "-addext", alt, *_key("self-signed"))


def serving_context(folder: Path, name: str) -> ssl.SSLContext:
    """Return the context of a server with that certificate; "tls-1.0" is the good one, spoken old."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if name == "tls-1.0":
        name = "good"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # being outdated is the point
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def trusting_context(folder: Path) -> ssl.SSLContext:
    """Return the context of a client that trusts ca.pem alone."""
    return ssl.create_default_context(cafile=str(folder / "ca.pem"))


def _new_key(name: str) -> list[str]:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    return [*curve, "-keyout", f"{name}.key"]


def _key(name: str) -> list[str]:
    return [*_new_key(name), "-out", f"{name}.pem"]


def _run(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
