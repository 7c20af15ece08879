"""product: the product in the test cluster, installed for a measurement and removed with all that was made."""
import base64
import concurrent.futures
import http.client
import os
import re
import time

from kube import CLUSTER, Api, ApiError, cluster
from small import STATE, Registry

SPACE, NAME = "kuik-system", "kube-image-keeper"
USERS, IGNORED = "bench", "bench-ignored"
IMAGES_API = "/apis/kuik.enix.io/v1alpha1/cachedimages"
PREFIX = "kube_image_keeper_controller_"
CHART = os.path.join(CLUSTER, "../../helm", NAME)
VALUES = f"""
rootCertificateAuthorities: {{secretName: test-ca, keys: [ca.crt]}}
controllers: {{webhook: {{ignoredNamespaces: [{IGNORED}]}}}}
"""


class Product:
    """Made by ``with``, and gone without a trace afterwards."""

    def __init__(self):
        self.api = Api()

    def __enter__(self):
        self.clear_away()
        for namespace in (SPACE, USERS, IGNORED):
            cluster("kubectl", "create", "namespace", namespace)
        cluster("kubectl", "-n", SPACE, "create", "secret", "generic", "test-ca",
                f"--from-file=ca.crt={STATE}/pki/upstream-ca.crt")
        archives = [os.path.join(CLUSTER, "../..", module, "target/jib-image.tar")
                    for module in ("controller", "cache-worker", "gc-worker", "proxy")]
        cluster("load-image", "all", *archives)
        try:
            cluster("helm", "install", "--namespace", SPACE, NAME, "--values", "-", CHART, given=VALUES)
            for kind in (f"deployment/{NAME}-controllers", f"daemonset/{NAME}-proxy", f"statefulset/{NAME}-registry"):
                cluster("kubectl", "-n", SPACE, "rollout", "status", kind, "--timeout=180s")
        except BaseException:
            self.clear_away()
            raise
        return self

    def __exit__(self, *failure):
        self.clear_away()

    def clear_away(self):
        """Pods first, and page by page: a namespace's own way is one request for each pod."""
        if NAME in cluster("helm", "list", "--namespace", SPACE, "--short").split():
            cluster("helm", "uninstall", "--namespace", SPACE, NAME, "--no-hooks")
        cluster("kubectl", "delete", "mutatingwebhookconfiguration", f"zz-{NAME}", "--ignore-not-found")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(self.delete_pods, (USERS, IGNORED)))
        cluster("kubectl", "delete", "namespace", USERS, IGNORED, SPACE, "--ignore-not-found")
        cluster("kubectl", "delete", "crd", "cachedimages.kuik.enix.io", "--ignore-not-found")

    def delete_pods(self, namespace):
        """All pods of a namespace; none of them ever ran."""
        path = f"/api/v1/namespaces/{namespace}/pods"
        while self.api.ask("GET", f"{path}?limit=1")["items"]:
            try:
                self.api.ask("DELETE", f"{path}?gracePeriodSeconds=0")
            except (ApiError, OSError):
                # More than the API server can do in one request: what is left goes with the next.
                time.sleep(1)
                self.api = Api()

    def scale(self, replicas):
        """Runs so many controllers, and returns when they are Ready, or gone."""
        cluster("kubectl", "-n", SPACE, "scale", f"deployment/{NAME}-controllers", f"--replicas={replicas}")
        cluster("kubectl", "-n", SPACE, "rollout", "status", f"deployment/{NAME}-controllers", "--timeout=180s")
        while len(self.pods("controllers")) != replicas:
            time.sleep(0.5)

    def pod(self, namespace, name, image, dry=False, **labels):
        """A pod that no scheduler takes: it costs what the controllers do for it, and no node."""
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
                "spec": {"schedulerName": "nobody", "automountServiceAccountToken": False,
                         "containers": [{"name": "main", "image": image, "imagePullPolicy": "IfNotPresent"}]}}
        return self.api.ask("POST", f"/api/v1/namespaces/{namespace}/pods" + ("?dryRun=All" if dry else ""), body)

    def pods(self, component):
        selector = f"app.kubernetes.io/component={component}"
        return self.api.ask("GET", f"/api/v1/namespaces/{SPACE}/pods?labelSelector={selector}")["items"]

    def jobs(self):
        selector = "app.kubernetes.io/component=cache-worker"
        return self.api.ask("GET", f"/apis/batch/v1/namespaces/{SPACE}/jobs?labelSelector={selector}")["items"]

    def copies(self):
        """Jobs whose worker has not ended; the pod's phase tells of it a second later, the Job itself another one."""
        jobs = [j for j in self.jobs() if not any(
            c["status"] == "True" and c["type"] in ("Complete", "Failed") for c in j["status"].get("conditions", []))]
        ended = {p["metadata"]["labels"].get("batch.kubernetes.io/job-name") for p in self.pods("cache-worker")
                 if any("terminated" in c["state"] for c in p["status"].get("containerStatuses", []))}
        return [j for j in jobs if j["metadata"]["name"] not in ended]

    def status(self, image):
        """That of an image's CachedImage; nothing if there is none."""
        try:
            name = re.sub("[/:]", "-", image)
            return self.api.ask("GET", f"{IMAGES_API}/{name}").get("status", {})
        except ApiError as e:
            if e.status == 404:
                return {}
            raise

    def cache(self):
        """The cache registry, with the password that may write."""
        address = self.api.ask("GET", f"/api/v1/namespaces/{SPACE}/services/{NAME}-registry")["spec"]["clusterIP"]
        secret = self.api.ask("GET", f"/api/v1/namespaces/{SPACE}/secrets/{NAME}-registry-write")["data"]
        login = b":".join(base64.b64decode(secret[part]) for part in ("username", "password"))
        return Registry(http.client.HTTPConnection(address, 5000, timeout=60), login)

    def controllers(self):
        """The metrics of each controller that answers, by its pod's name: name with labels, and value."""
        found = {}
        for pod in self.pods("controllers"):
            try:
                connection = http.client.HTTPConnection(pod["status"]["podIP"], 8081, timeout=20)
                connection.request("GET", "/metrics")
                found[pod["metadata"]["name"]] = read_metrics(connection.getresponse().read().decode())
            except (KeyError, OSError):
                # It has just been started, or is about to end.
                continue
        return found

    def leader(self):
        """The leading pod's name; nothing while none leads."""
        return next((name for name, values in self.controllers().items() if values[PREFIX + "is_leader"]), None)

    def metrics(self):
        """Those of the leading controller."""
        return self.controllers()[self.leader()]

    def reviews(self):
        """What both controllers' webhooks counted, together."""
        together = {}
        for values in self.controllers().values():
            for name, value in values.items():
                together[name] = together.get(name, 0) + value
        return together

    def processes(self):
        """Of each controller's process, by its pod's name: resident MiB, the most that it ever was, and CPU seconds."""
        wanted = {p["metadata"]["uid"]: p["metadata"]["name"] for p in self.pods("controllers")}
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                status, groups, command, times = (read(pid, part) for part in ("status", "cgroup", "cmdline", "stat"))
            except OSError:
                continue
            for uid, name in wanted.items():
                if uid in groups.replace("_", "-") and "java" in command.split("\0")[0]:
                    ticks = sum(map(int, times.rsplit(")", 1)[1].split()[11:13]))
                    found[name] = (kib(status, "VmRSS") / 1024, kib(status, "VmHWM") / 1024,
                                   ticks / os.sysconf("SC_CLK_TCK"))
        return found


def read(pid, part):
    with open(f"/proc/{pid}/{part}", encoding="utf-8") as file:
        return file.read()


def kib(status, field):
    found = re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) if found else 0


def read_metrics(text):
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def quantile(before, after, name, share, labels=""):
    """Of what a histogram saw between two readings, in its own unit; between the bounds of a bucket it is a guess."""
    found = []
    for key, value in after.items():
        bound = re.search(r'le="([^"]+)"', key)
        if key.startswith(name + "_bucket{") and re.search(labels, key) and bound:
            found.append((float(bound[1]), value - before.get(key, 0)))
    total, low, below = max((n for _, n in found), default=0), 0.0, 0.0
    for bound, count in sorted(found):
        if total and count >= share * total:
            part = (share * total - below) / (count - below) if count > below else 1
            return low + (bound - low) * part if bound != float("inf") else low
        low, below = bound, count
    return 0.0
