"""Every row of the mapping table, by what real API servers and the client's own exceptions say."""

from __future__ import annotations

import json

import pytest
import urllib3.exceptions as http
from kubernetes.client import exceptions as api
from kubernetes.config import ConfigException

from adapters.kubernetes.error_table import TABLE
from adapters.kubernetes.errors import VENDOR_ERRORS, Subject, refused, row_for, said, translated
from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable

SUBJECT = Subject("apply", "Deployment shop", "team")
POOL = "HTTPSConnectionPool(host='127.0.0.1', port=6443): "

ANSWERS: list[tuple[int, str, type[StepError], str]] = [
    (403, 'pods "shop-1" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2',
     Denied, "quota"),
    (403, 'pods "shop-1" is forbidden: failed quota: small: must specify limits.cpu for: shop', Denied, "quota"),
    (403, 'pods "shop-1" is forbidden: maximum memory usage per Container is 64Mi, but limit is 128Mi',
     Rejected, "limitrange"),
    (403, 'pods "shop-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
     Rejected, "--dockerfile improved"),
    (403, 'services "shop" is forbidden: unable to create content in namespace team because it is being terminated',
     Missing, "kubectl create namespace team"),
    (500, 'Internal error occurred: failed calling webhook "policy.invalid": Post "https://policy": connection refused',
     Unavailable, "webhook"),
    (400, 'admission webhook "policy.invalid" denied the request: images must be signed', Denied, "policy"),
    (422, "deployments.apps \"shop\" is forbidden: ValidatingAdmissionPolicy 'names' with binding 'all' denied request",
     Denied, "policy"),
    (404, 'namespaces "team" not found', Missing, "kubectl create namespace team"),
    (404, "the server could not find the requested resource", Rejected, "does not know that kind"),
    (404, "404 page not found", Rejected, "does not know that kind"),
    (409, 'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale": .spec.replicas',
     Rejected, "kubectl scale"),
    (409, 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .spec.ports[port=80].targetPort',
     Rejected, "never taken by force"),
    (409, 'Operation cannot be fulfilled on secrets "shop": the object has been modified; please apply your changes',
     Unavailable, "run again"),
    (422, 'Deployment.apps "shop" is invalid: spec.selector: Invalid value: field is immutable', Invalid, "--name"),
    (401, "Unauthorized", Denied, "log in"),
    (403, 'deployments.apps "shop" is forbidden: User "alice" cannot patch resource "deployments"', Denied, "Role"),
    (404, 'deployments.apps "shop" not found', Missing, "kubectl get all"),
    (405, "the server does not allow this method on the requested resource", Missing, "newer"),
    (406, "not acceptable", Missing, "newer"),
    (415, "the body of the request was in an unknown format", Missing, "newer"),
    (409, 'secrets "shop" already exists', Unavailable, "run again"),
    (410, "The resourceVersion for the provided watch is too old", Unavailable, "run again"),
    (413, "Request entity too large: limit is 3145728", Rejected, "smaller"),
    (400, "strict decoding error: unknown field", Rejected, ""),
    (422, 'Service "shop" is invalid: spec.ports[0].port: Invalid value: 0', Rejected, ""),
    (429, "Too many requests, please try again later.", Unavailable, "wait"),
    (408, "Timeout: request did not complete within requested timeout", Unavailable, "wait"),
    (500, "etcdserver: leader changed", Unavailable, "readyz"),
    (503, "apiserver is shutting down", Unavailable, "readyz"),
    (504, "the server was unable to return a response in the time allotted", Unavailable, "readyz"),
]  # fmt: skip

EXCEPTIONS: list[tuple[Exception, type[StepError], str]] = [
    (api.ApiException(status=0, reason="SSLError\nHTTPSConnectionPool(host='k', port=6443): certificate has expired"),
     Denied, "renew"),
    (http.SSLError("certificate verify failed: Hostname mismatch, certificate is not valid for 'k'"), Denied, "name"),
    (http.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer certificate"), Denied, "authority"),
    (http.SSLError("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca"), Denied, "authority"),
    (http.SSLError("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] sslv3 alert certificate expired"), Denied, "log in"),
    (http.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), Missing, "address"),
    (http.SSLError("something else about TLS"), Denied, "authority"),
    (http.HTTPError(f"{POOL}Failed to establish a new connection: [Errno 111] Connection refused"), Missing, "start"),
    (http.LocationParseError("k:port"), Missing, "address"),
    (http.LocationValueError("No host specified."), Missing, "address"),
    (http.URLSchemeUnknown("ftp"), Invalid, "address"),
    (http.ProxySchemeUnknown("gopher"), Invalid, "proxy"),
    (http.ProxySchemeUnsupported("TLS in TLS"), Invalid, "proxy"),
    (http.ProxyError("Unable to connect to proxy", OSError("refused")), Unavailable, "proxy"),
    (http.ConnectTimeoutError("timed out"), Unavailable, "wait"),
    (http.ProtocolError("Connection aborted."), Unavailable, "wait"),
    (http.IncompleteRead(1, 2), Unavailable, "wait"),
    (ConfigException("Invalid kube-config file. No configuration found."), Missing, "--kubeconfig"),
    (api.ApiTypeError("wrong"), Rejected, ""),
    (api.ApiValueError("wrong"), Rejected, ""),
    (api.ApiAttributeError("wrong"), Rejected, ""),
    (api.ApiKeyError("wrong"), Rejected, ""),
]  # fmt: skip


def status_of(status: int, message: str) -> bytes:
    return json.dumps({"kind": "Status", "apiVersion": "v1", "code": status, "message": message}).encode()


@pytest.mark.parametrize(("status", "message", "kind", "hint"), ANSWERS)
def test_an_answer_becomes_the_error_with_its_remedy(
    status: int, message: str, kind: type[StepError], hint: str
) -> None:
    error = refused(SUBJECT, status, status_of(status, message))

    assert type(error) is kind
    assert message in error.message
    assert error.message.startswith("cannot apply Deployment shop: ")
    assert hint in error.hint


@pytest.mark.parametrize(("raised", "kind", "hint"), EXCEPTIONS)
def test_an_exception_of_the_client_becomes_the_error_with_its_remedy(
    raised: Exception, kind: type[StepError], hint: str
) -> None:
    with pytest.raises(StepError) as found, translated(SUBJECT):
        raise raised

    assert type(found.value) is kind
    assert hint in found.value.hint
    assert found.value.__cause__ is raised


def test_every_row_of_the_table_speaks_for_something_above() -> None:
    spoken = {id(row_for(message, status, None)) for status, message, _, _ in ANSWERS}
    spoken |= {
        id(row_for(said(error), (error.status or None) if isinstance(error, api.ApiException) else None, type(error)))
        for error, _, _ in EXCEPTIONS
    }

    silent = [row for row in TABLE if id(row) not in spoken]
    assert silent == [TABLE[-1]], "the last one is for what nobody foresaw"


def test_what_nobody_foresaw_asks_for_another_request() -> None:
    assert row_for("nothing known", None, None) is TABLE[-1]
    assert type(refused(SUBJECT, 418, b"teapot")) is Rejected


@pytest.mark.parametrize("kind", [kind for kind in vars(http).values() if isinstance(kind, type)])
def test_every_exception_of_the_transport_is_translated_or_a_warning(kind: type[Exception]) -> None:
    if not issubclass(kind, Exception) or kind.__module__ != http.__name__:
        return
    assert issubclass(kind, (*VENDOR_ERRORS, Warning)), kind


def test_the_server_s_words_are_kept_on_one_line_without_control_characters() -> None:
    error = refused(SUBJECT, 422, status_of(422, "first\nsecond\x1b[31m"))

    assert error.message == "cannot apply Deployment shop: first second [31m"


def test_an_answer_that_is_no_status_is_shown_in_part() -> None:
    error = refused(SUBJECT, 502, b"<html>" + b"x" * 10_000)

    assert isinstance(error, Unavailable)
    assert len(error.message) < 400
