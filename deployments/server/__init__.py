"""The Prefect server that runs report to: the one that PREFECT_API_URL names, else one local server per PREFECT_HOME.

`prefect server start --background` is not used: it stays in our process group, nobody reads its pipe, and after a
SIGKILL its pid file blocks every later start.
"""

from deployments.server.address import ServerAddress
from deployments.server.ensure import announce, ensure, place_of, prepare
from deployments.server.local import Place, find, start, stop

__all__ = ["Place", "ServerAddress", "announce", "ensure", "find", "place_of", "prepare", "start", "stop"]
