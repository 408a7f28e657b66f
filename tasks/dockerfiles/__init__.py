"""Pure: a component to its Dockerfile and .dockerignore."""

from tasks.dockerfiles.amend import amend
from tasks.dockerfiles.confinement import confinement
from tasks.dockerfiles.improve import diff, final_user, improve
from tasks.dockerfiles.render import render
from tasks.dockerfiles.review import Remark, review

__all__ = ["Remark", "amend", "confinement", "diff", "final_user", "improve", "render", "review"]
