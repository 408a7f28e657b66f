"""One file or small package per outside system, each behind a port of the core."""
