"""What a failure means, what may be done about it without a person, and how it is told."""

from tasks.recovery.advisor import KnowledgeAdvisor, advise, diagnose
from tasks.recovery.gates import Decision, gate
from tasks.recovery.policy import RepairPolicy, repair_policy
from tasks.recovery.report import describe, render_json, render_report

__all__ = [
    "Decision",
    "KnowledgeAdvisor",
    "RepairPolicy",
    "advise",
    "describe",
    "diagnose",
    "gate",
    "render_json",
    "render_report",
    "repair_policy",
]
