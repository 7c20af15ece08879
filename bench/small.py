"""small: registries that small images are put into, spoken to directly: a program per image would take minutes."""
import base64
import hashlib
import http.client
import json
import os
import socket
import ssl

STATE = "/var/lib/kuik-e2e"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Upstream(http.client.HTTPSConnection):
    """A registry of the test bed's internet, whose names only the test bed knows."""

    def __init__(self, name):
        with open(f"{STATE}/internet/hosts", encoding="utf-8") as file:
            self.address = next(line.split()[0] for line in file if name in line.split()[1:])
        super().__init__(name, context=ssl.create_default_context(cafile=f"{STATE}/pki/upstream-ca.crt"), timeout=60)

    def connect(self):
        plain = socket.create_connection((self.address, 443), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


class Registry:
    """Images of one layer are pushed into it."""

    def __init__(self, connection, login=None):
        self.connection = connection
        self.headers = {"Authorization": "Basic " + base64.b64encode(login).decode()} if login else {}

    def send(self, method, path, body=b"", kind="application/octet-stream"):
        self.connection.request(method, path, body, {"Content-Type": kind, **self.headers})
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {self.connection.host}{path}: {response.status} {text[:300]!r}")
        return response

    def blob(self, repository, data):
        place = self.send("POST", f"/v2/{repository}/blobs/uploads/").getheader("Location")
        place = place[place.index("/v2/"):]
        self.send("PUT", f"{place}{'&' if '?' in place else '?'}digest={digest(data)}", data)

    def push(self, repository, tags, size):
        """One image with a layer of so many random bytes, under all these tags; its digest."""
        layer = os.urandom(size)
        config = json.dumps({"architecture": "amd64", "os": "linux",
                             "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}).encode()
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
            "layers": [{"mediaType": LAYER, "digest": digest(layer), "size": size}]}).encode()
        self.blob(repository, config)
        self.blob(repository, layer)
        for tag in tags:
            self.send("PUT", f"/v2/{repository}/manifests/{tag}", manifest, MANIFEST)
        return digest(manifest)
