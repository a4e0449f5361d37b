"""A certificate authority of a test's own, and one host it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Authority:
    """The files: whom to trust, what the host shows, and its key."""

    root: Path
    chain: Path
    key: Path


def make_authority(folder: Path, host: str) -> Authority:
    """Write a root and a host's certificate."""
    made = Authority(
        root=folder / "root.pem", chain=folder / "host.pem", key=folder / "host.key"
    )
    root_key, host_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test's authority")])
    authority = x509.BasicConstraints(ca=True, path_length=0)
    signing = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    own_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    issued = _begun(root, root, root_key.public_key())
    issued = issued.add_extension(authority, critical=True)
    issued = issued.add_extension(signing, critical=True)
    issued = issued.add_extension(own_id, critical=False)
    _write(made.root, issued.sign(root_key, hashes.SHA256()))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    issued = _begun(name, root, host_key.public_key())
    issued = issued.add_extension(names, critical=False)
    issued = issued.add_extension(by, critical=False)
    _write(made.chain, issued.sign(root_key, hashes.SHA256()))
    made.key.write_bytes(
        host_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
    made = made.public_key(key).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(hours=1))
    return made.not_valid_after(now + timedelta(hours=1))


def _write(file: Path, certificate: x509.Certificate) -> None:
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
