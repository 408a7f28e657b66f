"""Releases on one container engine."""
