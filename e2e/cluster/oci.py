"""The parts of images: layers, manifests, indexes, and the storage folder of a registry. For images and zoo."""
import gzip
import hashlib
import io
import json
import os
import tarfile

OCI, DOCKER = "application/vnd.oci.image.", "application/vnd.docker."
TYPES = {
    "oci": dict(manifest=OCI + "manifest.v1+json", config=OCI + "config.v1+json",
                layer=OCI + "layer.v1.tar+gzip", index=OCI + "index.v1+json"),
    "docker": dict(manifest=DOCKER + "distribution.manifest.v2+json", config=DOCKER + "container.image.v1+json",
                   layer=DOCKER + "image.rootfs.diff.tar.gzip", index=DOCKER + "distribution.manifest.list.v2+json"),
}
EPOCH = "1970-01-01T00:00:00Z"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def canon(obj):
    return json.dumps(obj, sort_keys=True, separators=(",", ":")).encode()


def digest(data, algorithm="sha256"):
    return algorithm + ":" + hashlib.new(algorithm, data).hexdigest()


def noise(seed, size):
    """Bytes that no compression makes smaller, always the same for one seed."""
    return hashlib.shake_256(seed.encode()).digest(size)


class Files:
    """The entries of one layer: paths without a leading slash, root-owned, times zero, sorted."""

    def __init__(self):
        self.entries = {}

    def _put(self, name, mode, kind, data=None, target=""):
        name = name.strip("/")
        parent = os.path.dirname(name)
        if parent and parent not in self.entries:
            self.dir(parent)
        t = tarfile.TarInfo(name)
        t.mode, t.type, t.mtime, t.linkname = mode, kind, 0, target
        t.size = len(data) if data is not None else 0
        self.entries[name] = (t, data)
        return self

    def dir(self, name, mode=0o755):
        return self._put(name, mode, tarfile.DIRTYPE)

    def file(self, name, data, mode=0o644):
        return self._put(name, mode, tarfile.REGTYPE, data if isinstance(data, bytes) else data.encode())

    def link(self, name, target):
        return self._put(name, 0o777, tarfile.SYMTYPE, target=target)

    def program(self, name, path):
        with open(path, "rb") as f:
            return self.file(name, f.read(), 0o755)

    def tree(self, root, under, keep=lambda path: True):
        """Everything below ROOT/UNDER that keep() likes, at its own path."""
        for folder, _, names in os.walk(os.path.join(root, under)):
            for n in names:
                full = os.path.join(folder, n)
                path = os.path.relpath(full, root)
                if not keep(path):
                    continue
                if os.path.islink(full):
                    self.link(path, os.readlink(full))
                else:
                    with open(full, "rb") as f:
                        self.file(path, f.read(), 0o755 if os.access(full, os.X_OK) else 0o644)
        return self

    def layer(self, level=6):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tf:
            for name in sorted(self.entries):
                t, data = self.entries[name]
                tf.addfile(t, io.BytesIO(data) if data is not None else None)
        raw = out.getvalue()
        return digest(raw), gzip.compress(raw, level, mtime=0)


class Image:
    """One manifest with its blobs; `manifest` is its descriptor, `blobs` has everything by digest."""

    def __init__(self, layers, config, arch="amd64", form="oci", annotations=None):
        types = TYPES[form]
        self.blobs, self.platform = {}, {"architecture": arch, "os": "linux"}
        if arch == "arm64":
            self.platform["variant"] = "v8"
        config = {"Env": [PATH], **config}
        cfg = {**self.platform, "created": EPOCH, "config": config,
               "rootfs": {"type": "layers", "diff_ids": [diff for diff, _ in layers]},
               "history": [{"created": EPOCH, "created_by": "kuik test images"} for _ in layers]}
        man = {"schemaVersion": 2, "mediaType": types["manifest"], "config": self.blob(canon(cfg), types["config"]),
               "layers": [self.blob(data, types["layer"]) for _, data in layers]}
        if annotations:
            man["annotations"] = annotations
        self.layers = list(self.blobs)
        self.manifest = self.blob(canon(man), types["manifest"])

    def blob(self, data, media_type, algorithm="sha256"):
        d = digest(data, algorithm)
        self.blobs[d] = data
        return {"mediaType": media_type, "digest": d, "size": len(data)}


class Attestation(Image):
    """What BuildKit adds to an index: a manifest for no platform that speaks about another child."""

    def __init__(self, about):
        self.blobs = {}
        self.platform = {"architecture": "unknown", "os": "unknown"}
        statement = canon({"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v0.2",
                           "subject": [{"name": "test", "digest": {"sha256": about["digest"][7:]}}], "predicate": {}})
        cfg = canon({**self.platform, "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest(statement)]}})
        layer = self.blob(statement, "application/vnd.in-toto+json")
        layer["annotations"] = {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"}
        man = canon({"schemaVersion": 2, "mediaType": TYPES["oci"]["manifest"],
                     "config": self.blob(cfg, TYPES["oci"]["config"]), "layers": [layer]})
        self.layers = list(self.blobs)
        self.manifest = self.blob(man, TYPES["oci"]["manifest"])
        self.manifest["annotations"] = {"vnd.docker.reference.type": "attestation-manifest",
                                        "vnd.docker.reference.digest": about["digest"]}


class Index(Image):
    def __init__(self, images, form="oci"):
        self.blobs, self.children = {}, images
        for i in images:
            self.blobs.update(i.blobs)
        media = TYPES[form]["index"]
        self.manifest = self.blob(canon({"schemaVersion": 2, "mediaType": media,
                                         "manifests": [self._child(i) for i in images]}), media)

    @staticmethod
    def _child(image):
        return {**image.manifest, "platform": image.platform} if hasattr(image, "platform") else image.manifest


def save_tar(image, ref, out):
    """An OCI archive, uncompressed around its blobs, that containerd imports under this name."""
    index = canon({"schemaVersion": 2, "mediaType": TYPES["oci"]["index"], "manifests": [{
        **image.manifest, "platform": image.platform,
        "annotations": {"io.containerd.image.name": ref, "org.opencontainers.image.ref.name": ref.rsplit(":", 1)[-1]}}]})
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tf:
        for name, data in [("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), ("index.json", index)] + \
                          [("blobs/sha256/" + d[7:], b) for d, b in sorted(image.blobs.items())]:
            t = tarfile.TarInfo(name)
            t.size, t.mode = len(data), 0o644
            tf.addfile(t, io.BytesIO(data))


class Registry:
    """The storage folder of one registry, written as distribution would have written it after a push."""

    def __init__(self, out, host):
        self.host, self.out = host, os.path.join(out, "internet", host)
        self.root = os.path.join(self.out, "docker/registry/v2")
        self.log = open(os.path.join(out, "digests"), "a")

    def _write(self, path, data):
        path = os.path.join(self.root, path)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)

    def put(self, name, tag, image):
        for d, data in image.blobs.items():
            algorithm, h = d.split(":")
            self._write(f"blobs/{algorithm}/{h[:2]}/{h}/data", data)
        self._link(f"repositories/{name}", image)
        link = image.manifest["digest"]
        tags = f"repositories/{name}/_manifests/tags/{tag}"
        self._write(f"{tags}/index/{link.replace(':', '/')}/link", link.encode())
        self._write(f"{tags}/current/link", link.encode())
        print(f"{self.host}/{name}:{tag}", image.manifest["mediaType"], link, file=self.log, flush=True)

    def _link(self, repo, image):
        """Makes a manifest, its blobs and, for an index, all below it known in a repository."""
        for child in getattr(image, "children", []):
            self._link(repo, child)
        d = image.manifest["digest"]
        self._write(f"{repo}/_manifests/revisions/{d.replace(':', '/')}/link", d.encode())
        for layer in getattr(image, "layers", []):
            self._write(f"{repo}/_layers/{layer.replace(':', '/')}/link", layer.encode())
