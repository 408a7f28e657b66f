"""The one mapping table: what an API server, its admission or the way to it says, to the error with its remedy.

Text decides before the status does: admission answers 403 for a full quota, and a webhook that is down is a 500.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import urllib3.exceptions as http
from kubernetes.client import exceptions as api
from kubernetes.config import ConfigException

from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable

Action = Literal["reach", "read", "apply", "make", "change", "delete", "ask", "watch"]


class Row(NamedTuple):
    """One cause. Every condition that is given must fit; `text` is a pattern, without regard to case."""

    error: type[StepError]
    hint: str
    text: str = ""
    statuses: tuple[int, ...] = ()
    classes: tuple[type[Exception], ...] = ()


_WAIT = "wait a moment and run again"
_LOGIN = "log in to the cluster again: `kubectl auth whoami` shows who you are to it"
_RIGHTS = "`containerkit doctor` prints the Role that an administrator can give you"
_ADDRESS = "look at the cluster's address in the kubeconfig: `kubectl cluster-info`"
_AUTHORITY = "the certificate-authority in the kubeconfig is not this cluster's: get its kubeconfig anew"
_PROXY = "look at proxy-url in the kubeconfig, and at HTTPS_PROXY and NO_PROXY"
_SERVER_ERRORS = (500, 502, 503, 504)

_ADMISSION = (
    Row(
        Denied,
        "ask for a larger quota, or give it less: `kubectl describe quota --namespace {namespace}`",
        text=r"exceeded quota|must specify (limits|requests)\.|failed quota",
    ),
    Row(
        Rejected,
        "`kubectl describe limitrange --namespace {namespace}` shows what one container may have",
        text=r"(maximum|minimum) .* usage per|max limit to request ratio per",
    ),
    Row(
        Rejected,
        "--dockerfile improved makes an image that may run there; --pod-security baseline asks for less",
        text=r"violates PodSecurity",
    ),
    Row(
        Missing,
        "wait until it is gone, then make it anew: `kubectl create namespace {namespace}`",
        text=r"because it is being terminated|namespace .* is being terminated",
    ),
    Row(
        Unavailable,
        "the cluster's administrator sees to that webhook: `kubectl get validatingwebhookconfigurations,"
        "mutatingwebhookconfigurations`",
        text=r"failed calling webhook|failed to call webhook",
    ),
    Row(
        Denied,
        "this cluster has a policy against it: ask its administrator, or change what it names",
        text=r"admission webhook .* denied|ValidatingAdmissionPolicy .* denied",
    ),
)
_NAMES = (
    Row(
        Missing,
        "`kubectl create namespace {namespace}`, or choose another with --namespace",
        text=r"namespaces? \"[^\"]*\" not found",
        statuses=(404,),
    ),
    Row(
        Rejected,
        "this cluster does not know that kind of object: it is older or newer than our manifests",
        text=r"no matches for kind|could not find the requested resource|the API version in the data|page not found",
    ),
)
_CONFLICTS = (
    Row(
        Rejected,
        "somebody scaled it by hand: scale it back with `kubectl scale`, or let a HorizontalPodAutoscaler decide",
        text=r"conflict.*: \.spec\.replicas",
        statuses=(409,),
    ),
    Row(
        Rejected,
        "give the field up where it is set, or set the same value: it is never taken by force",
        text=r"conflict(s)? with|Apply failed with \d+ conflict",
        statuses=(409,),
    ),
    Row(Unavailable, "another run was faster: run again", text=r"object has been modified", statuses=(409,)),
    Row(
        Invalid,
        "it cannot be changed once it is there: choose another --name, or delete what is there",
        text=r"field is immutable",
        statuses=(422,),
    ),
)
_CERTIFICATES = (
    Row(
        Denied,
        "the cluster's administrator renews it: `kubeadm certs renew apiserver`, or the provider's own way",
        text=r"certificate has expired|certificate is not yet valid",
    ),
    Row(
        Denied,
        "reach the server by a name that its certificate has, or set tls-server-name in the kubeconfig",
        text=r"hostname mismatch|IP address mismatch|doesn't match|not valid for",
    ),
    Row(Denied, _AUTHORITY, text=r"CERTIFICATE_VERIFY_FAILED|self[- ]signed certificate|unknown ca"),
    Row(Denied, _LOGIN, text=r"SSLV3_ALERT_CERTIFICATE|TLSV1_ALERT|bad certificate|certificate required"),
    Row(Missing, _ADDRESS, text=r"WRONG_VERSION_NUMBER|UNKNOWN_PROTOCOL|HTTP_REQUEST|record layer failure"),
    Row(Denied, _AUTHORITY, classes=(http.SSLError,)),
)
_STATUSES = (
    Row(Denied, _LOGIN, statuses=(401,)),
    Row(Denied, _RIGHTS, statuses=(403,)),
    Row(Missing, "`kubectl get all --namespace {namespace}` shows what there is", statuses=(404,)),
    Row(Missing, "this server cannot do that: use a newer one", statuses=(405, 406, 415, 501)),
    Row(Unavailable, "another run was faster: run again", statuses=(409,)),
    Row(Unavailable, "the server has forgotten that moment: run again", statuses=(410,)),
    Row(Rejected, "make the manifests smaller", statuses=(413,)),
    Row(Rejected, "", statuses=(400, 422)),
    Row(Unavailable, _WAIT, statuses=(408, 425, 429)),
    Row(Unavailable, "see whether the cluster is well: `kubectl get --raw /readyz?verbose`", statuses=_SERVER_ERRORS),
)
_CLASSES = (
    Row(Missing, "start the cluster, or " + _ADDRESS, text=r"connection refused|Errno 111"),
    Row(Invalid, _PROXY, classes=(http.ProxySchemeUnknown, http.ProxySchemeUnsupported)),
    Row(Invalid, _ADDRESS, classes=(http.URLSchemeUnknown,)),
    Row(Missing, _ADDRESS, classes=(http.NameResolutionError, http.LocationParseError, http.LocationValueError)),
    Row(Unavailable, _PROXY, classes=(http.ProxyError,)),
    Row(Unavailable, _WAIT, classes=(http.TimeoutError, http.HTTPError)),
    Row(Missing, "--kubeconfig PATH, --context NAME, or --target engine", classes=(ConfigException,)),
    Row(Rejected, "", classes=(api.ApiTypeError, api.ApiValueError, api.ApiAttributeError, api.ApiKeyError)),
    Row(Rejected, ""),
)

TABLE: tuple[Row, ...] = (*_ADMISSION, *_NAMES, *_CONFLICTS, *_CERTIFICATES, *_STATUSES, *_CLASSES)
"""In order: the first row that fits speaks, and the last fits everything."""
