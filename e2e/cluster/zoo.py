"""The zoo: images of every shape that clients must carry without a scratch, below zoo/ of two registries. For images.

What the registry would refuse as a push (a layer that lies elsewhere, an index that lacks a child) is written into its
storage, as everything here; it serves it all the same.
"""
import base64
import hashlib
import json
import struct
import zlib

from oci import DOCKER, EPOCH, OCI, PATH, TYPES, Attestation, Files, Image, Index, canon, digest, noise

MANIFEST, CONFIG, LAYER = TYPES["oci"]["manifest"], TYPES["oci"]["config"], TYPES["oci"]["layer"]
LARGEST = 4 * 2**20 - 1      # distribution takes manifests of up to 4 MiB


class Exhibit(Image):
    """A manifest made field by field, for what Image has no argument for."""

    def __init__(self, runs):
        self.blobs, self.platform, self.runs, self.diffs = {}, {"architecture": "amd64", "os": "linux"}, runs, []

    def layer(self, layer, media=LAYER, algorithm="sha256", **fields):
        diff, data = layer
        self.diffs.append(diff)
        return {**self.blob(data, media, algorithm), **fields}

    def config(self, media=CONFIG, algorithm="sha256"):
        text = canon({**self.platform, "created": EPOCH, "config": {"Env": [PATH], **self.runs},
                      "rootfs": {"type": "layers", "diff_ids": self.diffs},
                      "history": [{"created": EPOCH, "created_by": "kuik zoo"} for _ in self.diffs]})
        return self.blob(text, media, algorithm)

    def done(self, layers, config=None, text=canon, algorithm="sha256", media=MANIFEST, **fields):
        body = {"schemaVersion": 2, "mediaType": media, "config": config or self.config(), "layers": layers, **fields}
        self.layers = list(self.blobs)
        self.manifest = self.blob(text({k: v for k, v in body.items() if v is not None}), media, algorithm)
        return self


def small(name):
    return Files().file("zoo/" + name, name + "\n").layer()


def pretty(obj):
    return json.dumps(obj, indent=3, ensure_ascii=False).encode() + b"\n"


def zstd(data):
    """A frame of blocks that are stored as they are: as valid as any, and there is no zstd in Python's library here."""
    blocks = [data[i:i + 2**17] for i in range(0, len(data), 2**17)] or [b""]
    heads = [struct.pack("<I", (len(b) << 3) + (i == len(blocks) - 1))[:3] for i, b in enumerate(blocks)]
    return struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data)) + b"".join(h + b for h, b in zip(heads, blocks))


def annotated(base, runs):
    x = Exhibit(runs)
    layers = [x.layer(base), x.layer(small("annotated"), annotations={"test.kuik/Größe": "klein ☃"})]
    return x.done(layers, text=pretty, annotations={"org.opencontainers.image.title": "Übung – 試験", "test.kuik/empty": ""})


def large_manifest(base, runs):
    x = Exhibit(runs)
    layers = [x.layer(base), x.layer(small("large-manifest"))]
    notes = {f"test.kuik/note-{i:04}": noise(f"note {i}", 500).hex() for i in range(4000)}
    length = lambda: len(canon({"schemaVersion": 2, "mediaType": MANIFEST, "config": x.config(), "layers": layers, "annotations": notes}))
    notes["test.kuik/rest"] = ""
    notes["test.kuik/rest"] = "x" * (LARGEST - length())
    x = x.done(layers, annotations=notes)
    assert x.manifest["size"] == LARGEST, x.manifest
    return x


def odd_layers(base, runs):
    x = Exhibit(runs)
    nothing, twice = (digest(b""), b""), small("odd-layers")
    return x.done([x.layer(base), x.layer(nothing, OCI + "layer.v1.tar"), x.layer(twice), x.layer(twice)])


def foreign(base, runs, elsewhere):
    """A layer that only its URL has, as in old images of Windows: Docker's type, and not in this repository."""
    x = Exhibit(runs)
    layers = [x.layer(base, TYPES["docker"]["layer"])]
    layers.append(x.layer(elsewhere, DOCKER + "image.rootfs.foreign.diff.tar.gzip",
                          urls=["https://registry.example.test/v2/zoo/elsewhere/blobs/" + digest(elsewhere[1])]))
    config = x.config(TYPES["docker"]["config"])
    del x.blobs[layers[1]["digest"]]
    return x.done(layers, config, media=TYPES["docker"]["manifest"])


def artifact(subject):
    """What is no image: a list of parts about an image, with the empty config that has its bytes inside."""
    x = Exhibit({})
    sbom = x.blob(canon({"spdxVersion": "SPDX-2.3", "name": "zoo"}), "application/spdx+json")
    empty = {**x.blob(b"{}", OCI.replace("image.", "empty.v1+json")), "data": "e30="}
    return x.done([sbom], empty, artifactType="application/spdx+json", subject=subject.manifest,
                  annotations={"org.opencontainers.image.created": EPOCH})


def signature(about):
    """As cosign stores it; made by no key, so it is good for nothing but to be carried."""
    x = Exhibit({})
    payload = canon({"critical": {"identity": {"docker-reference": "registry.example.test/zoo/signed"}, "type": "cosign container image signature",
                                  "image": {"docker-manifest-digest": about.manifest["digest"]}}, "optional": None})
    signed = base64.b64encode(noise("signature", 70)).decode()
    layer = {**x.blob(payload, "application/vnd.dev.cosign.simplesigning.v1+json"), "annotations": {"dev.cosignproject.cosign/signature": signed}}
    x.diffs = [digest(payload)]
    return x.done([layer])


def sha512(base, runs):
    x = Exhibit(runs)
    layers = [x.layer(base, algorithm="sha512"), x.layer(small("sha512"), algorithm="sha512")]
    return x.done(layers, x.config(algorithm="sha512"), algorithm="sha512")


def lost_attestation(layers, runs):
    """An index whose attestation nobody has any more: garbage collectors and partial mirrors make such."""
    image = Image(layers, runs)
    lost = Attestation(image.manifest)
    index = Index([image, lost])
    index.children = [image]
    for d in lost.blobs:
        del index.blobs[d]
    return index


def tag_of(image, suffix=""):
    return image.manifest["digest"].replace(":", "-") + suffix


def fill_zoo(registry, base, runs):
    """base: a layer with a shell, by architecture. runs: what the images that run do."""
    amd64 = base["amd64"]
    put = lambda name, image, tag="v1": registry.put("zoo/" + name, tag, image)
    both = lambda name: [Image([base[a], small(name)], runs, a) for a in ("amd64", "arm64")]
    put("schema2", Image([amd64, small("schema2")], runs, form="docker"))
    put("annotated", annotated(amd64, runs))
    x = Exhibit(runs)
    put("untyped", x.done([x.layer(amd64), x.layer(small("untyped"))], text=lambda m: canon({k: v for k, v in m.items() if k != "mediaType"})))
    images = both("attested")
    put("attested", Index(images + [Attestation(i.manifest) for i in images]))
    put("nested", Index([Index(both("nested"))]))
    x = Exhibit(runs)
    diff, data = small("zstd")
    raw = zlib.decompress(data, 31)
    put("zstd", x.done([x.layer(amd64), x.layer((diff, zstd(raw)), OCI + "layer.v1.tar+zstd")]))
    x = Exhibit(runs)
    notes = {"containerd.io/snapshot/stargz/toc.digest": digest(b"toc"), "io.containers.estargz.uncompressed-size": str(len(raw))}
    put("estargz", x.done([x.layer(amd64), x.layer(small("estargz"), annotations=notes)]))
    x = Exhibit(runs)
    put("unknown-layer", x.done([x.layer(amd64), x.blob(noise("unknown", 1000), "application/vnd.example.unknown.v7")]))
    put("layers-127", Image([amd64] + [Files().file(f"zoo/layer-{i:03}", f"{i}\n").layer() for i in range(126)], runs))
    put("odd-layers", odd_layers(amd64, runs))
    put("large-manifest", large_manifest(amd64, runs))
    elsewhere = small("elsewhere")
    put("elsewhere", Image([amd64, elsewhere], runs))
    put("foreign", foreign(amd64, runs, elsewhere))
    put("lost-attestation", lost_attestation([amd64, small("lost-attestation")], runs))
    put("sha512", sha512(amd64, runs))
    image = Image([amd64, small("signed")], runs)
    put("signed", image)
    put("signed", signature(image), tag_of(image, ".sig"))
    image = Image([amd64, small("artifact")], runs)
    sbom = artifact(image)
    put("artifact", image)
    put("artifact", sbom, "sbom")
    # How clients find it where the registry has no API of referrers, as distribution 3.
    sbom.manifest = {**sbom.manifest, "artifactType": "application/spdx+json"}
    del sbom.platform
    put("artifact", Index([sbom]), tag_of(image))


def fill_old_zoo(registry, base, runs):
    """Docker's schema 1, which distribution 2.8 serves and signs at each answer with a key that it makes at its start."""
    x = Exhibit(runs)
    layers = [x.layer(base), x.layer(small("schema1"))]
    ids = [hashlib.sha256(layer["digest"].encode()).hexdigest() for layer in layers]
    first = {"id": ids[0], "created": EPOCH, "container_config": {"Cmd": ["base"]}}
    last = {"id": ids[1], "parent": ids[0], "created": EPOCH, "config": {"Env": [PATH], **runs}, "architecture": "amd64", "os": "linux"}
    x.layers = list(x.blobs)
    media = DOCKER + "distribution.manifest.v1+prettyjws"
    x.manifest = x.blob(json.dumps({
        "schemaVersion": 1, "name": "zoo/schema1", "tag": "v1", "architecture": "amd64",
        "fsLayers": [{"blobSum": layer["digest"]} for layer in reversed(layers)],
        "history": [{"v1Compatibility": canon(h).decode()} for h in (last, first)]}, indent=3).encode(), media)
    registry.put("zoo/schema1", "v1", x)
