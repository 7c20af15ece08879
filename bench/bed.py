"""bed: registries on tmpfs, images made straight into their storage, and a program that runs from its own image."""
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.request

MIB = 1 << 20
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = 15055


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


class Bed:
    """Made by ``with``, and gone without a trace afterwards; images go to the registry ``source``."""

    def __init__(self, title, component, tools, repositories):
        self.title, self.repositories = title, repositories
        cache = os.environ.get("KUIK_CACHE", "/var/cache/kuik-e2e")
        self.registry_program = os.path.join(cache, "go-tools/registry")
        self.archive = os.path.normpath(os.path.join(HERE, "..", component, "target/jib-image.tar"))
        for file, cure in ((self.registry_program, "make tools"), (self.archive, "make images")):
            if not os.path.exists(file):
                raise SystemExit(f"{title}: there is no {file}: run {cure} first")
        self.tools = dict(line.split() for line in run(os.path.join(HERE, "tools"), *tools).splitlines())
        # Not the loopback address: our programs refuse to take that for an upstream.
        self.ip = run("hostname", "-I").split()[0]
        self.blobs = {}

    def libraries(self, tool):
        """What an unpacked tool needs in its environment."""
        root = self.tools[tool].partition("/usr/")[0]
        return {"LD_LIBRARY_PATH": root + "/usr/lib/x86_64-linux-gnu"} if "/bench-" in root else {}

    def __enter__(self):
        self.undo = contextlib.ExitStack()
        try:
            self.work = tempfile.mkdtemp(prefix="kuik-bench-")
            self.undo.callback(shutil.rmtree, self.work, ignore_errors=True)
            self.data = self.mount("data", "-t", "tmpfs", "-o", "size=13g", "tmpfs")
            self.registry("source", SOURCE)
            self.unpack()
            self.prepare()
        except BaseException:
            self.undo.close()
            raise
        return self

    def prepare(self):
        """What one benchmark needs beside the source; undone by ``self.undo``."""

    def __exit__(self, *failure):
        self.undo.close()

    def mount(self, place, *what):
        path = os.path.join(self.work, place)
        os.makedirs(path, exist_ok=True)
        run("mount", *what, path)
        self.undo.callback(run, "umount", "-l", path)
        return path

    def registry(self, name, port, storage=None, inside=(), address=None):
        """A registry of its own process, over the storage of another one if that is named."""
        config = os.path.join(self.work, name + ".yml")
        with open(config, "w") as file:
            file.write(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
                       f"storage: {{filesystem: {{rootdirectory: {self.data}/{storage or name}}}}}\n"
                       f'http: {{addr: "0.0.0.0:{port}"}}\n')
        self.start(name, [*inside, self.registry_program, "serve", config], {"OTEL_TRACES_EXPORTER": "none"})
        self.await_answer(f"http://{address or self.ip}:{port}/v2/")

    def start(self, name, command, environment):
        """A program that runs until the end, or until it is stopped before."""
        with open(os.path.join(self.work, name + ".log"), "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment)
        self.undo.callback(process.wait)
        self.undo.callback(process.terminate)
        return process

    @staticmethod
    def await_answer(url):
        end = time.monotonic() + 20
        while True:
            try:
                return urllib.request.urlopen(url, timeout=2).close()
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def unpack(self):
        """The image's own files, read-only, to be started as its entrypoint says: what is written fails."""
        root = os.path.join(self.work, "root")
        archive = tarfile.open(self.archive)

        def read(digest):
            return archive.extractfile("blobs/" + digest.replace(":", "/"))
        manifest = json.load(read(json.load(archive.extractfile("index.json"))["manifests"][0]["digest"]))
        for layer in manifest["layers"]:
            tarfile.open(fileobj=read(layer["digest"])).extractall(root)
        self.entrypoint = json.load(read(manifest["config"]["digest"]))["config"]["Entrypoint"]
        os.makedirs(root + "/login")
        for name in ("username", "password"):
            with open(f"{root}/login/{name}", "w") as file:
                file.write("nobody")
        for name in ("proc", "dev"):
            os.makedirs(f"{root}/{name}", exist_ok=True)
        self.root = self.mount("root", "--bind", root)
        run("mount", "-o", "remount,bind,ro", root)
        self.mount("root/proc", "-t", "proc", "proc")
        self.mount("root/dev", "--bind", "/dev")

    def image(self, name, sizes, zeros=False):
        """An image of incompressible layers, or of zeros that take no memory here, put straight into the storage."""
        layers = [self.blob(name, self.zeros(size) if zeros else self.noise(size)) for size in sizes]
        config = self.blob(name, self.text(json.dumps({"os": "linux", "name": name}).encode()))
        oci = "application/vnd.oci.image."
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": oci + "manifest.v1+json",
            "config": {"mediaType": oci + "config.v1+json", **config},
            "layers": [{"mediaType": oci + "layer.v1.tar", **layer} for layer in layers]}).encode()
        urllib.request.urlopen(urllib.request.Request(
            f"http://{self.ip}:{SOURCE}/v2/{self.repositories}/{name}/manifests/v1", manifest, method="PUT",
            headers={"Content-Type": oci + "manifest.v1+json"})).close()

    def noise(self, size):
        path = os.path.join(self.data, "new")
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            for start in range(0, size, 4 * MIB):
                block = os.urandom(min(4 * MIB, size - start))
                digest.update(block)
                file.write(block)
        return path, digest.hexdigest(), size

    def zeros(self, size):
        path = os.path.join(self.data, "new")
        with open(path, "wb") as file:
            file.truncate(size)
        return path, run("sha256sum", path).split()[0], size

    def text(self, content):
        path = os.path.join(self.data, "new")
        with open(path, "wb") as file:
            file.write(content)
        return path, hashlib.sha256(content).hexdigest(), len(content)

    def blob(self, image, made):
        path, digest, size = made
        base = f"{self.data}/source/docker/registry/v2"
        place = f"{base}/blobs/sha256/{digest[:2]}/{digest}"
        link = f"{base}/repositories/{self.repositories}/{image}/_layers/sha256/{digest}"
        os.makedirs(place)
        os.makedirs(link)
        os.rename(path, place + "/data")
        with open(link + "/link", "w") as file:
            file.write("sha256:" + digest)
        self.blobs.setdefault(image, []).append(place)
        return {"digest": "sha256:" + digest, "size": size}

    def forget(self, image):
        """Gives an image's memory back."""
        for place in self.blobs.pop(image, []):
            shutil.rmtree(place)
