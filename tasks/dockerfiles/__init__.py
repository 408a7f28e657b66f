"""Pure: a component to its Dockerfile and .dockerignore."""

from tasks.dockerfiles.amend import amend
from tasks.dockerfiles.confinement import confinement
from tasks.dockerfiles.improve import diff, final_user, improve
from tasks.dockerfiles.render import render

__all__ = ["amend", "confinement", "diff", "final_user", "improve", "render"]
