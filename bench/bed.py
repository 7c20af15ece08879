"""bed: two registries on tmpfs, images made into one of them, and the programs that copy to the other."""
import contextlib
import hashlib
import json
import os
import resource  # noqa: F401  (os.wait4 returns its struct)
import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.request

MIB = 1 << 20
HERE = os.path.dirname(os.path.abspath(__file__))
ARCHIVE = os.path.join(HERE, "../cache-worker/target/jib-image.tar")
SOURCE, TARGET, SHAPED = 15055, 15056, 15057
NAMESPACE, HOST, FAR = "kuik-bench", "10.213.0.1", "10.213.0.2"


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


class Bed:
    """Made by ``with``, and gone without a trace afterwards."""

    def __init__(self):
        cache = os.environ.get("KUIK_CACHE", "/var/cache/kuik-e2e")
        self.registry_program = os.path.join(cache, "go-bin/registry")
        for file, cure in ((self.registry_program, "e2e/cluster/build"), (ARCHIVE, "make images")):
            if not os.path.exists(file):
                raise SystemExit(f"copy: there is no {os.path.normpath(file)}: run {cure} first")
        self.tools = dict(line.split() for line in run(os.path.join(HERE, "tools")).splitlines())
        if not self.tools:
            raise SystemExit("copy: none of the tools to compare with can be had")
        self.skopeo_libraries = os.path.join(cache, "bench-skopeo/usr/lib/x86_64-linux-gnu")
        # Not the loopback address: the worker refuses to take that for an upstream.
        self.ip = run("hostname", "-I").split()[0]
        self.blobs = {}

    def __enter__(self):
        self.undo = contextlib.ExitStack()
        try:
            self.work = tempfile.mkdtemp(prefix="kuik-bench-")
            self.undo.callback(shutil.rmtree, self.work, ignore_errors=True)
            self.data = self.mount("data", "-t", "tmpfs", "-o", "size=13g", "tmpfs")
            self.registry("source", SOURCE)
            self.registry("target", TARGET)
            self.unpack()
        except BaseException:
            self.undo.close()
            raise
        return self

    def __exit__(self, *failure):
        self.undo.close()

    def mount(self, place, *what):
        path = os.path.join(self.work, place)
        os.makedirs(path, exist_ok=True)
        run("mount", *what, path)
        self.undo.callback(run, "umount", "-l", path)
        return path

    def registry(self, name, port, storage=None, inside=()):
        """A registry of its own process, over the storage of another one if that is named."""
        config = os.path.join(self.work, name + ".yml")
        with open(config, "w") as file:
            file.write(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
                       f"storage: {{filesystem: {{rootdirectory: {self.data}/{storage or name}}}}}\n"
                       f'http: {{addr: "0.0.0.0:{port}"}}\n')
        with open(os.path.join(self.work, name + ".log"), "w") as log:
            process = subprocess.Popen([*inside, self.registry_program, "serve", config], stdout=log, stderr=log,
                                       env=os.environ | {"OTEL_TRACES_EXPORTER": "none"})
        self.undo.callback(process.wait)
        self.undo.callback(process.terminate)
        self.await_answer(f"http://{FAR if inside else self.ip}:{port}/v2/")

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
        archive = tarfile.open(ARCHIVE)

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
            f"http://{self.ip}:{SOURCE}/v2/bench/{name}/manifests/v1", manifest, method="PUT",
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
        link = f"{base}/repositories/bench/{image}/_layers/sha256/{digest}"
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

    def empty_target(self):
        shutil.rmtree(self.data + "/target", ignore_errors=True)

    @contextlib.contextmanager
    def link(self, rate):
        """The source once more, at the far end of a link of this rate; its address."""
        inside = ("ip", "netns", "exec", NAMESPACE)
        with contextlib.ExitStack() as undo:
            run("ip", "netns", "add", NAMESPACE)
            undo.callback(run, "ip", "netns", "del", NAMESPACE)
            run("ip", "link", "add", "kuikb0", "type", "veth", "peer", "name", "kuikb1", "netns", NAMESPACE)
            run("ip", "addr", "add", HOST + "/30", "dev", "kuikb0")
            run("ip", "link", "set", "kuikb0", "up")
            run(*inside, "ip", "addr", "add", FAR + "/30", "dev", "kuikb1")
            run(*inside, "ip", "link", "set", "kuikb1", "up")
            run(*inside, "tc", "qdisc", "add", "dev", "kuikb1", "root", "tbf", "rate", rate, "burst", "512kb",
                "latency", "50ms")
            self.registry("shaped", SHAPED, "source", inside)
            yield f"{FAR}:{SHAPED}"

    def copy(self, tool, image, source=None):
        """One copy: wall seconds, CPU seconds, peak MiB of the program."""
        origin = source or f"{self.ip}:{SOURCE}"
        command, environment = self.command(tool, origin, image)
        with tempfile.TemporaryFile() as log:
            start = time.monotonic()
            process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment)
            _, status, used = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            process.returncode = status
            if status:
                log.seek(0)
                raise SystemExit(f"copy: {tool} failed:\n{log.read().decode()[-3000:]}")
        return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024

    def command(self, tool, origin, image):
        target = f"{self.ip}:{TARGET}"
        source, there = f"{origin}/bench/{image}:v1", f"{target}/bench/{tool}-{image}:v1"
        if tool == "worker":
            return ["chroot", self.root, *self.entrypoint, f"--image={source}", f"--cache=http://{target}",
                    "--platforms=linux/amd64", "--cache-credentials=/login", f"--insecure-registries={origin}",
                    "--termination-log=/dev/null"], {}
        program = self.tools[tool]
        if tool == "crane":
            return [program, "copy", "--insecure", source, there], {}
        if tool == "regctl":
            hosts = [f"--host=reg={host},tls=disabled" for host in (origin, target)]
            return [program, *hosts, "image", "copy", source, there], {}
        libraries = {"LD_LIBRARY_PATH": self.skopeo_libraries} if "bench-skopeo" in program else {}
        return [program, "--insecure-policy", "copy", "--all", "--preserve-digests", "--src-tls-verify=false",
                "--dest-tls-verify=false", "docker://" + source, "docker://" + there], libraries
