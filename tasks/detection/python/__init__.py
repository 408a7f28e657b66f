"""Python projects."""
