"""The words of the domain: frozen values that steps and ports exchange.

A word is imported from here, and its module is loaded when it is first asked for: to look at a repository takes few.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.models.cluster import (
        Amount,
        Check,
        ClusterInfo,
        ClusterRequest,
        Node,
        Permission,
        Quantity,
        Quota,
        ResourceLimit,
        SecurityLevel,
    )
    from tasks.models.failure import (
        AddSystemPackages,
        AddWritableMount,
        Advice,
        AdviceVerdict,
        Amendment,
        AppliedAmendment,
        Failure,
        SetBindAddress,
        SetPort,
        SetResources,
        SetRuntimeVersion,
        SetStartCommand,
    )
    from tasks.models.gap import Excerpt, GapAnswer, GapAnswers, GapField, GapQuestion, KnownValue
    from tasks.models.gate import SEVERITIES, ScanPolicy, Severity
    from tasks.models.image import (
        BuildArgument,
        BuildRequest,
        Container,
        Dockerfile,
        DockerfileChoice,
        Image,
        ImagePlan,
        PushedImage,
        PushRequest,
        RuntimeDescription,
        TaggedImage,
        TagRequest,
    )
    from tasks.models.model import Label, Model, Name, Outcome, Port, StepName, label_value
    from tasks.models.overrides import Limits, Overrides, Pinned, Pins, Place
    from tasks.models.profile import AnalyzeRequest, AppProfile, Component, EnvironmentVariable, Evidence, Kind, Verdict
    from tasks.models.provision import DebianPackage, Resources, Setting
    from tasks.models.reference import DOCKER_HUB, ImageRef
    from tasks.models.release import (
        Application,
        ContainerSpec,
        DeploymentStatus,
        DeployRequest,
        HttpAnswer,
        ManifestObject,
        Manifests,
        MissingNamespace,
        PodSecurity,
        Release,
        ReleasePlan,
        TargetKind,
        Variable,
        VerifyRequest,
        Workload,
        WritableMount,
    )
    from tasks.models.run import BlockVariable, Phase, Progress, RunRecord, RunRequest, StepRecord
    from tasks.models.scan import (
        Category,
        CategoryResult,
        CategoryState,
        Finding,
        ScannerDescription,
        ScanReport,
        ScanRequest,
    )
    from tasks.models.source import Checkout, Source

__all__ = [
    "DOCKER_HUB",
    "SEVERITIES",
    "AddSystemPackages",
    "AddWritableMount",
    "Advice",
    "AdviceVerdict",
    "Amendment",
    "Amount",
    "AnalyzeRequest",
    "AppProfile",
    "Application",
    "AppliedAmendment",
    "BlockVariable",
    "BuildArgument",
    "BuildRequest",
    "Category",
    "CategoryResult",
    "CategoryState",
    "Check",
    "Checkout",
    "ClusterInfo",
    "ClusterRequest",
    "Component",
    "Container",
    "ContainerSpec",
    "DebianPackage",
    "DeployRequest",
    "DeploymentStatus",
    "Dockerfile",
    "DockerfileChoice",
    "EnvironmentVariable",
    "Evidence",
    "Excerpt",
    "Failure",
    "Finding",
    "GapAnswer",
    "GapAnswers",
    "GapField",
    "GapQuestion",
    "HttpAnswer",
    "Image",
    "ImagePlan",
    "ImageRef",
    "Kind",
    "KnownValue",
    "Label",
    "Limits",
    "ManifestObject",
    "Manifests",
    "MissingNamespace",
    "Model",
    "Name",
    "Node",
    "Outcome",
    "Overrides",
    "Permission",
    "Phase",
    "Pinned",
    "Pins",
    "Place",
    "PodSecurity",
    "Port",
    "Progress",
    "PushRequest",
    "PushedImage",
    "Quantity",
    "Quota",
    "Release",
    "ReleasePlan",
    "ResourceLimit",
    "Resources",
    "RunRecord",
    "RunRequest",
    "RuntimeDescription",
    "ScanPolicy",
    "ScanReport",
    "ScanRequest",
    "ScannerDescription",
    "SecurityLevel",
    "SetBindAddress",
    "SetPort",
    "SetResources",
    "SetRuntimeVersion",
    "SetStartCommand",
    "Setting",
    "Severity",
    "Source",
    "StepName",
    "StepRecord",
    "TagRequest",
    "TaggedImage",
    "TargetKind",
    "Variable",
    "Verdict",
    "VerifyRequest",
    "Workload",
    "WritableMount",
    "label_value",
]


_MODULES = (
    *("model", "provision", "source", "gate", "profile", "gap", "overrides", "failure", "reference", "scan", "image"),
    *("release", "cluster", "run"),
)
"""Where words are looked for: those that others need come first."""


def __getattr__(name: str) -> object:
    """The word, from the first module that has it."""
    if name in __all__:
        for module in _MODULES:
            found: object = getattr(import_module(f"tasks.models.{module}"), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"tasks.models has no {name}")
