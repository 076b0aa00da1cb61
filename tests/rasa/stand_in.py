"""Stands in for Rasa where Rasa itself would be too slow: ``python stand_in.py MODE run … --port N``.

``well`` answers like Rasa's server and does what a test asks for by a path; ``family`` also has a child of its own;
``deaf`` does not hear SIGTERM; ``never`` ends at once with words.
"""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = os.environ["RASA_PROCESS_TOKEN"]


class Handler(BaseHTTPRequestHandler):
    hung = False

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if query != f"token={TOKEN}":
            self.send_error(401)
            return
        if path == "/hang":
            Handler.hung = True
        elif Handler.hung:
            time.sleep(3600)
        answers = {"/environment": dict(os.environ), "/arguments": sys.argv}
        body = json.dumps(answers.get(path, {"model_file": "model.tar.gz"})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


mode = sys.argv[1]
if mode == "never":
    print("there is no model here", file=sys.stderr)
    sys.exit(3)
if mode == "family":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
if mode == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler).serve_forever()
