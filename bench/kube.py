"""kube: the test cluster's API server, asked directly: a kubectl for each request would be what is measured."""
import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

# The API server closes a connection that has been idle for longer.
IDLE = 30.0
CLUSTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e/cluster")


class ApiError(RuntimeError):
    """The API server did not do what it was asked for."""

    def __init__(self, words, status):
        super().__init__(words)
        self.status = status


def cluster(command, *arguments, given=None):
    """What a command of the test bed prints; its failure ends the program."""
    done = subprocess.run([os.path.join(CLUSTER, command), *arguments], input=given, text=True, check=False,
                          capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command} {' '.join(arguments)}: {done.stderr}")
    return done.stdout


class Api:
    """For any number of threads, with a connection for each."""

    def __init__(self):
        config = json.loads(cluster("kubectl", "config", "view", "--raw", "-o", "json"))
        server, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.host = urllib.parse.urlparse(server["server"]).netloc
        self.tls = ssl.create_default_context(
            cadata=base64.b64decode(server["certificate-authority-data"]).decode())
        with tempfile.NamedTemporaryFile() as pem:
            for part in ("client-certificate-data", "client-key-data"):
                pem.write(base64.b64decode(user[part]))
            pem.flush()
            self.tls.load_cert_chain(pem.name)
        self.mine = threading.local()

    def ask(self, method, path, body=None, kind="application/json"):
        """The answer's JSON; anything but a success is an exception."""
        if not hasattr(self.mine, "connection"):
            self.mine.connection = http.client.HTTPSConnection(self.host, context=self.tls, timeout=60)
        connection = self.mine.connection
        if time.monotonic() - getattr(self.mine, "asked", 0.0) > IDLE:
            connection.close()
        self.mine.asked = time.monotonic()
        if connection.sock is None:
            connection.connect()
            # Header and body are sent apart: without this the second waits for the first one's acknowledgement.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": kind})
        response = connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise ApiError(f"{method} {path}: {response.status} {text[:300]!r}", response.status)
        return json.loads(text)

    def text(self, path):
        """The answer as it is: metrics."""
        connection = http.client.HTTPSConnection(self.host, context=self.tls, timeout=60)
        connection.request("GET", path)
        return connection.getresponse().read().decode()

    def patch(self, path, body):
        """A merge patch."""
        return self.ask("PATCH", path, body, "application/merge-patch+json")
