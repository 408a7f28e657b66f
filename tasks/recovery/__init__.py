"""Advisors, gates and the closed set of amendments."""
