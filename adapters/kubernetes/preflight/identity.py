"""Who we are to the server and who it is to us: certificates and tokens, looked at before they are used."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kubernetes.client import Configuration

from adapters.kubernetes.preflight.certificates import certificate_end, token_end
from tasks.models import Check

_SOON = timedelta(days=7)
_TOKEN_SOON = timedelta(minutes=10)
_HTTPS_PORT = 443
_LOG_IN = "log in again, or ask the cluster's administrator for a new kubeconfig"


def own_checks(configuration: Configuration, *, now: datetime) -> Iterator[Check]:
    """Our client certificate and our token, where we have them and they say when they end."""
    if configuration.cert_file and (end := _end_of_file(configuration.cert_file)):
        yield _in_time(
            "client certificate",
            end,
            now,
            _SOON,
            _LOG_IN,
        )
    token = configuration.get_api_key_with_prefix("authorization") or configuration.get_api_key_with_prefix(
        "BearerToken"
    )
    if token and (end := token_end(token)):
        yield _in_time("token", end, now, _TOKEN_SOON, "log in again, or ask for a new token")


def server_check(configuration: Configuration, *, now: datetime, timeout_s: float) -> Check | None:
    """The server's certificate; None where there is none to look at: plain HTTP, or a server that does not answer.

    A handshake of our own, because a failed request does not say when a certificate ends.
    """
    place = urlsplit(str(configuration.host))
    if place.scheme != "https":
        return None
    name = "server certificate"
    if not configuration.verify_ssl:
        return Check(name=name, passed=True, detail="not looked at: the kubeconfig says insecure-skip-tls-verify")
    if configuration.proxy:
        return Check(name=name, passed=True, detail="not looked at: the server is behind a proxy")
    try:
        with (
            socket.create_connection((place.hostname or "", place.port or _HTTPS_PORT), timeout=timeout_s) as plain,
            _trust(configuration).wrap_socket(
                plain, server_hostname=configuration.tls_server_name or place.hostname
            ) as secured,
        ):
            certificate = secured.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError as error:
        return Check(
            name=name,
            passed=False,
            detail=f"{place.netloc}: {error.verify_message}",
            hint=_HINTS.get(error.verify_code, "look at server and certificate-authority in the kubeconfig"),
        )
    except OSError:
        # the request that comes next fails likewise, and has the words for it
        return None
    end = certificate_end(certificate or b"")
    return _in_time(name, end, now, _SOON, _RENEW) if end else None


_RENEW = "the cluster's administrator renews it: `kubeadm certs renew apiserver`, or the provider's own way"
_EXPIRED, _SELF_SIGNED, _UNKNOWN_ISSUER, _OTHER_NAME, _OTHER_ADDRESS = 10, 19, 20, 62, 64
_HINTS = {
    _EXPIRED: _RENEW,
    _SELF_SIGNED: "the certificate-authority in the kubeconfig is not this cluster's: get its kubeconfig anew",
    _UNKNOWN_ISSUER: "the certificate-authority in the kubeconfig is not this cluster's: get its kubeconfig anew",
    _OTHER_NAME: "reach the server by a name that its certificate has, or set tls-server-name in the kubeconfig",
    _OTHER_ADDRESS: "reach the server by a name that its certificate has, or set tls-server-name in the kubeconfig",
}


def _trust(configuration: Configuration) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=configuration.ssl_ca_cert, cadata=configuration.ca_cert_data)
    if configuration.assert_hostname is False:
        context.check_hostname = False
    # a server may end the handshake with those who show none
    if configuration.cert_file:
        with contextlib.suppress(ssl.SSLError, OSError):
            context.load_cert_chain(configuration.cert_file, configuration.key_file)
    return context


def _end_of_file(path: str) -> datetime | None:
    try:
        return certificate_end(Path(path).read_bytes())
    except OSError:
        return None


def _in_time(name: str, end: datetime, now: datetime, soon: timedelta, hint: str) -> Check:
    when = f"{end.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if end <= now:
        return Check(name=name, passed=False, detail=f"it ended at {when}, {_span(now - end)} ago", hint=hint)
    left = f", in {_span(end - now)}" if end - now < soon else ""
    return Check(name=name, passed=True, detail=f"it ends at {when}{left}", hint=hint if left else "")


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 2 * 60:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2 * 24 * 60 else f"{span.days} days"
