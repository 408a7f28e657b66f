"""The application that the DeploymentTarget suite releases; what it does is said by MODE."""

import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODE = os.environ["MODE"]
VERSION = os.environ.get("VERSION", "")
PORT = int(os.environ.get("PORT", "0"))


class Handler(BaseHTTPRequestHandler):
    """Answers on a kept connection, as most servers do."""

    protocol_version = "HTTP/1.1"
    # head and body leave together: a server that ends sends a whole answer or none
    wbufsize = -1

    def do_GET(self) -> None:
        status, body = answer(self.path)
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """With room for many clients at once."""

    daemon_threads = True
    request_queue_size = 1024


def answer(path: str) -> tuple[int, bytes]:
    if path == "/healthz":
        return (500, b"unwell") if MODE == "unwell" else (200, b"well")
    if path == "/greeting":
        return 200, os.environ.get("GREETING", "").encode()
    if path == "/long":
        return 200, ("\x1b[31m" + "ä" * 5000).encode()
    if path == "/slow":
        time.sleep(1.5)
    if path.startswith("/missing"):
        return 404, b"missing"
    return 200, VERSION.encode()


def serve(port: int) -> None:
    server = Server(("", port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Running on http://0.0.0.0:{port}", flush=True)
    server.serve_forever()


def main() -> None:
    print(f"{MODE} {VERSION} begins", flush=True)
    if MODE in {"web", "unwell", "late"}:
        time.sleep(1 if MODE == "late" else 0)
        serve(PORT)
    elif MODE == "elsewhere":
        serve(PORT + 1)
    elif MODE in {"crash", "crashing-worker", "failing-job"}:
        print("cannot reach the flux capacitor", file=sys.stderr, flush=True)
        sys.exit(3)
    elif MODE == "hungry":
        held = []
        while True:
            held.append(os.urandom(1 << 20))
    elif MODE == "worker":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        while True:
            time.sleep(60)
    else:
        print("the job is done", flush=True)


if __name__ == "__main__":
    main()
