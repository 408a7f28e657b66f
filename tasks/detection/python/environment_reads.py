"""The part of reading a Python file that is about variables of the environment: read how, and needed or not."""

from __future__ import annotations

import ast

from tasks.detection.environment import Read
from tasks.detection.python.constants import Known, Scope
from tasks.detection.python.source import SourceFile
from tasks.detection.python.statements import stops


class EnvironmentReader(ast.NodeVisitor):
    """Collects the reads into `source`; calls that read are the derived class's."""

    def __init__(self, path: str) -> None:
        self.source = SourceFile(path)
        self.scope = Scope()
        self.tried = 0

    def visit_Try(self, node: ast.Try) -> None:
        """What is read in a try may be absent."""
        caught = any(
            handler.type is None or any(name in ast.dump(handler.type) for name in ("KeyError", "'Exception'"))
            for handler in node.handlers
        )
        self.tried += caught
        for each in node.body:
            self.visit(each)
        self.tried -= caught
        for rest in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(rest)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """os.environ["NAME"]."""
        if isinstance(node.ctx, ast.Load):
            known = self.scope.value(node)
            if known and known.variable:
                self.reads(known, node.lineno, required=True)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """os.getenv("NAME") or "default"."""
        known = self.scope.value(node)
        if known and known.variable and known.literal is not None:
            self.reads(known, node.lineno, required=False)
        self.generic_visit(node)

    def must_be_set(self, node: ast.If) -> None:
        """Note the variable whose absence stops the program."""
        test = node.test
        subject = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else None
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
            subject = test.left
        known = self.scope.value(subject)
        if known and known.variable and known.literal is None and stops(node.body):
            self.source.reads.append(Read(known.variable, self.source.path, node.lineno, required=True))

    def reads(self, known: Known, line: int, *, required: bool) -> None:
        """Note one read."""
        default = None if known.literal is None else str(known.literal)
        self.source.reads.append(
            Read(known.variable or "", self.source.path, line, default, required, guarded=bool(self.tried))
        )
