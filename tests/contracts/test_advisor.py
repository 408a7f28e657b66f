"""The RecoveryAdvisor suite in memory and on the knowledge base."""

from __future__ import annotations

import pytest

from tasks.models import AddSystemPackages, Advice
from tasks.recovery import KnowledgeAdvisor
from tests.contracts.advisor_contract import BUSY, COMPILER, LOGIN, AdvisorContract
from tests.world.advisor import MemoryAdvisor

PACKAGES = AddSystemPackages(packages=("build-essential",), stage="build")


class TestInMemory(AdvisorContract):
    @pytest.fixture
    def advisor(self) -> MemoryAdvisor:
        return MemoryAdvisor(
            known={
                COMPILER: Advice(
                    error_class="native_build_dependency",
                    verdict="auto",
                    hint="a compiler is installed",
                    amendment=PACKAGES,
                    confidence=1,
                ),
                BUSY: Advice(error_class="registry_transient", verdict="transient", hint="try again", confidence=1),
                LOGIN: Advice(error_class="registry_auth", verdict="needs_human", hint="docker login", confidence=1),
            }
        )


class TestKnowledge(AdvisorContract):
    @pytest.fixture
    def advisor(self) -> KnowledgeAdvisor:
        return KnowledgeAdvisor()
