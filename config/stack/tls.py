"""TLS by the web processes themselves: the certificate they were given, where their user can read it."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from config.stack.certificates import CertificateRefused, Facts, pair_check
from config.stack.privilege import private_file, private_folder
from config.stack.state import State


@dataclass(frozen=True)
class Tls:
    """A certificate and its key, copied into the state folder."""

    certificate: Path
    key: Path
    facts: Facts

    @classmethod
    def taken(cls, state: State, certificate: Path | None, key: Path | None) -> "Tls | None":
        """The pair, readable by the children's user only; None without one. Raises `CertificateRefused`.

        An expired certificate is taken: the page is better reached with a warning than not at all.
        """
        if certificate is None and key is None:
            return None
        if certificate is None or key is None:
            raise CertificateRefused("--cert 与 --key 须一起使用。")
        facts = pair_check(certificate, key)
        folder = private_folder(state.folder / "certs", state.who)
        kept = cls(folder / "in-use.crt", folder / "in-use.key", facts)
        private_file(kept.certificate, certificate.read_text(), state.who)
        private_file(kept.key, key.read_text(), state.who)
        return kept

    @property
    def hosts(self) -> set[str]:
        """The certificate's names as Django's allowed hosts."""
        return {_host(name) for name in self.facts.names}

    def address(self, port: int) -> str:
        """The address of the site: the certificate's first name."""
        name = next((name for name in self.facts.names if not name.startswith("*.")), "localhost")
        shown = f"[{name}]" if ":" in name else name
        return f"https://{shown}" + ("" if port == 443 else f":{port}")

    @property
    def arguments(self) -> list[str]:
        """What the web process is told."""
        return ["--cert", str(self.certificate), "--key", str(self.key)]


def _host(name: str) -> str:
    if name.startswith("*."):
        return name[1:]
    return f"[{name}]" if ":" in name else name


def own_door() -> ssl.SSLContext:
    """For asking our own web process on loopback whether it answers: who it is, is known; the certificate may have expired."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
