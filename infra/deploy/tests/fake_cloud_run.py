"""Speaks what gcloud asks of Cloud Run's Admin API, of Cloud Storage and of
Cloud Logging in a release, as an HTTP proxy. Prints its port. For tests only.

The traffic of each service lies in the folder given, a file each, so that a
test can look at it.
"""

import base64
import hashlib
import json
import re
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])
LOCK = threading.Lock()
SERVICES, JOBS, OBJECTS, REQUESTS = {}, {}, {}, []
# names of what was removed or written over: the bucket keeps it, as a version that is not current
PAST = []


def condition(kind, status="True"):
    return [{"type": kind, "status": status}]


def service(name):
    old = f"{name}-old"
    return {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "proj", "generation": 1, "labels": {"app": "sight"}},
        "spec": {
            "template": {"metadata": {}, "spec": {"containers": [{"image": "i"}]}},
            "traffic": [{"revisionName": old, "percent": 100}],
        },
        "status": {
            "conditions": condition("Ready"),
            "observedGeneration": 1,
            "latestCreatedRevisionName": old,
            "latestReadyRevisionName": old,
            "url": f"https://{name}.example",
            "traffic": [{"revisionName": old, "percent": 100}],
        },
    }


def job(name):
    inner = {"spec": {"template": {"spec": {"containers": [{"image": "i"}]}}}}
    return {
        "apiVersion": "run.googleapis.com/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": "proj", "generation": 1},
        "spec": {"template": {"metadata": {}, **inner}},
        "status": {"conditions": condition("Ready"), "observedGeneration": 1},
    }


def execution(name):
    return {
        "metadata": {"name": f"{name}-x1", "namespace": "proj"},
        "spec": {"template": {"spec": {"containers": [{"image": "i"}]}}},
        "status": {"conditions": condition("Completed")},
    }


def put_service(name, body):
    body["metadata"]["generation"] = body["metadata"].get("generation", 1) + 1
    created = body["spec"]["template"]["metadata"].get("name")
    status = body["status"] = SERVICES[name]["status"]
    status["observedGeneration"] = body["metadata"]["generation"]
    if created and created != status["latestCreatedRevisionName"]:
        status["latestCreatedRevisionName"] = created
        if not (FOLDER / "broken").exists():
            status["latestReadyRevisionName"] = created
    # a service is not ready while its newest revision is not, whoever has the traffic
    is_ready = status["latestCreatedRevisionName"] == status["latestReadyRevisionName"]
    status["conditions"] = condition("Ready", str(is_ready))
    for target in body["spec"]["traffic"]:
        # what is without traffic has a tag and the newest revision
        if target.get("latestRevision") or "revisionName" not in target:
            target["revisionName"] = status["latestReadyRevisionName"]
            target.pop("latestRevision", None)
        if "tag" in target:
            target["url"] = f"https://{target['tag']}---{name}.example"
    status["traffic"] = body["spec"]["traffic"]
    SERVICES[name] = body
    save(name)
    return body


def save(name):
    shares = [t for t in SERVICES[name]["status"]["traffic"] if t.get("percent")]
    text = " ".join(f"{t['revisionName']}={t['percent']}" for t in shares)
    (FOLDER / name).write_text(text)


def entries(body):
    revision = re.search(r'revision_name="([^"]+)"', body["filter"])[1]
    status = 503 if (FOLDER / "unhealthy").exists() and revision.endswith("-new") else 200
    request = {"requestMethod": "GET", "status": status, "latency": "0.1s"}
    line = {"logName": "l", "timestamp": "2026-01-01T00:00:00Z", "httpRequest": request}
    return {"entries": [dict(line, insertId=str(n)) for n in range(150)]}


class Fake(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def respond(self, body, status=200, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        url = urllib.parse.urlsplit(self.path)
        with LOCK:
            REQUESTS.append(f"{self.command} {self.path}")
            (FOLDER / "requests").write_text("\n".join(REQUESTS))
            self.answer(url, raw)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

    def answer(self, url, raw):
        path, query = url.path, urllib.parse.parse_qs(url.query)
        if path.startswith("/apis/"):
            return self.cloud_run(path, raw)
        if path.endswith("/entries:list"):
            return self.respond(entries(json.loads(raw)))
        if "/b/" in path:
            return self.storage(path, query, raw)
        return self.missing()

    def missing(self):
        self.respond({"error": {"code": 404, "message": "none", "status": "NOT_FOUND"}}, 404)

    def cloud_run(self, path, raw):
        kind, _, name = path.split("/namespaces/proj/")[1].partition("/")
        if kind == "services" and not name:
            return self.respond({"items": list(SERVICES.values()), "kind": "ServiceList"})
        if kind == "services" and self.command == "PUT":
            return self.respond(put_service(name, json.loads(raw)))
        if kind == "services" and name in SERVICES:
            return self.respond(SERVICES[name])
        if kind == "jobs" and name.endswith(":run"):
            return self.respond(execution(name.removesuffix(":run")))
        if kind == "jobs" and self.command == "PUT":
            JOBS[name] = json.loads(raw) | {"status": job(name)["status"]}
            return self.respond(JOBS[name])
        if kind == "jobs" and name in JOBS:
            return self.respond(JOBS[name])
        if kind == "executions":
            return self.respond(execution(name.removesuffix("-x1")))
        return self.missing()

    def resource(self, name, data=None, **more):
        data = OBJECTS[name] if data is None else data
        return more | {
            "kind": "storage#object", "bucket": "releases", "name": name, "generation": "1",
            "metageneration": "1", "size": str(len(data)), "id": name,
            "timeCreated": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:00:00Z",
            "storageClass": "STANDARD", "contentType": "text/plain",
            "mediaLink": f"http://storage.fake/download/storage/v1/b/releases/o/{urllib.parse.quote(name, safe='')}?generation=1&alt=media",
            "md5Hash": base64.b64encode(hashlib.md5(data).digest()).decode(),
        }

    def storage(self, path, query, raw):
        name = urllib.parse.unquote(path.split("/o/")[1].split("/")[0]) if "/o/" in path else None
        if "/rewriteTo/" in path:
            target = urllib.parse.unquote(path.split("/rewriteTo/b/releases/o/")[1])
            OBJECTS[target] = OBJECTS[name]
            size = str(len(OBJECTS[name]))
            return self.respond({"kind": "storage#rewriteResponse", "done": True, "objectSize": size,
                                 "totalBytesRewritten": size, "resource": self.resource(target)})
        if path.startswith("/upload/"):
            boundary = re.search(r"boundary=\"?([^\";]+)", self.headers["Content-Type"])[1].strip("'")
            parts = raw.split(b"--" + boundary.encode())[1:3]
            about, data = (part.split(b"\n\n", 1)[1] if b"\r\n\r\n" not in part else part.split(b"\r\n\r\n", 1)[1] for part in parts)
            name = query.get("name", [None])[0] or json.loads(about)["name"]
            if name in OBJECTS and query.get("ifGenerationMatch") == ["0"]:
                return self.respond({"error": {"code": 412, "message": "it is there"}}, 412)
            PAST.extend([name] if name in OBJECTS else [])
            OBJECTS[name] = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
            return self.respond(self.resource(name))
        if name is None and path.endswith("/o"):
            prefix = query.get("prefix", [""])[0]
            items = [self.resource(n) for n in OBJECTS if n.startswith(prefix)]
            if query.get("versions", [""])[0].lower() == "true":
                items += [self.resource(n, b"", timeDeleted="2026-01-02T00:00:00Z") for n in PAST if n.startswith(prefix)]
            return self.respond({"kind": "storage#objects", "items": items})
        if name is None:
            return self.respond({"kind": "storage#bucket", "name": "releases", "id": "releases", "location": "X", "storageClass": "STANDARD"})
        if name not in OBJECTS:
            return self.missing()
        if self.command == "DELETE":
            PAST.append(name)
            del OBJECTS[name]
            return self.respond(b"", 204)
        if query.get("alt") == ["media"]:
            return self.respond(OBJECTS[name], kind="text/plain")
        return self.respond(self.resource(name))


for each in ("accounts", "accounts-push"):
    SERVICES[each] = service(each)
    save(each)
for each in ("db-migrate", "maintenance", "neo4j-init", "smoke"):
    JOBS[each] = job(each)
server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
(FOLDER / "port").write_text(str(server.server_port))
server.serve_forever()
