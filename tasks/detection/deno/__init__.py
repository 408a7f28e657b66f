"""Deno projects."""
