"""Pure: a release plan to what a target takes."""
