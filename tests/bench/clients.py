"""The clients: for each the command that uploads the files of a folder, as a person or a program would use it."""

import hashlib
import json
import os
import time
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path

HERE = Path(__file__).parent
CURL_AT_ONCE = 50

WORDS = {
    "aloft": "Aloft",
    "curl": "curl, one POST a file",
    "md5": "MD5 of the files",
    "cld": "`cld upload_dir`",
    "python": "Python SDK",
    "node": "Node SDK",
}


class Clients:
    """Where each client is, as xtask says by environment; one that is not installed is left out."""

    def __init__(self):
        path = lambda name: Path(os.environ[name]) if os.environ.get(name) else None
        self.aloft, self.sign = path("ALOFT_CLI"), path("ALOFT_SIGN_RATE")
        self.desktop, self.blank, self.driver = path("ALOFT_DESKTOP"), path("ALOFT_BLANK"), path("ALOFT_DRIVER")
        self.curl = path("ALOFT_CURL")
        self.node, self.node_sdk = path("ALOFT_NODE"), path("ALOFT_NODE_SDK")
        self.python = path("ALOFT_PYTHON")
        self.cld = self.python.with_name("cld") if self.python else None

    def installed(self):
        present = {
            "aloft": self.aloft,
            "curl": self.curl,
            "cld": self.cld,
            "python": self.python,
            "node": self.node and self.node_sdk,
        }
        return [name for name, place in present.items() if place]

    def command(self, name, folder, service, home):
        """The command and its environment; `home` is empty and gone afterwards."""
        env = clean(home)
        env["CLOUDINARY_URL"] = service.cloudinary_url
        if name == "aloft":
            return [self.aloft, "upload", folder], env
        if name == "curl":
            return [self.curl, *curl(sorted(folder.iterdir()), service)], env
        if name == "cld":
            return [self.cld, "upload_dir", folder], env
        if name == "python":
            return [self.python, HERE / "peers" / "sdk.py", folder], env
        env["ALOFT_NODE_SDK"] = str(self.node_sdk)
        return [self.node, HERE / "peers" / "sdk.cjs", folder], env


def clean(home):
    """Without the settings and proxies of whoever runs this."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().startswith("cloudinary") and not name.lower().endswith("_proxy")
    }
    places = {"HOME": str(home), "CLOUDINARY_HOME": str(home), "ALOFT_HOME": str(home)}
    return {**env, **places, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def curl(paths, service):
    """50 POSTs at a time: no queue, no hash, no look at what comes back. The signatures cost it nothing, they are made
    here."""
    key, secret, cloud = account(service)
    each = ["--silent", "--show-error", "--fail", "--output", os.devnull]
    words = ["--parallel", "--parallel-max", str(CURL_AT_ONCE)] if len(paths) > 1 else []
    for number, path in enumerate(paths):
        params = {"public_id": path.name, "timestamp": str(int(time.time()))}
        text = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        params["signature"] = hashlib.sha1((text + secret).encode()).hexdigest()
        params["api_key"] = key
        words += (["--next"] if number else []) + each
        for name, value in params.items():
            words += ["--form-string", f"{name}={value}"]
        words += ["--form", f"file=@{path}", f"{service.url}/v1_1/{cloud}/raw/upload"]
    return words


def hashes(folder):
    """The MD5 of each file."""
    found = []
    for path in sorted(folder.iterdir()):
        with open(path, "rb") as file:
            found.append(hashlib.file_digest(file, "md5").hexdigest())
    return found


def arrived(service):
    """The MD5 of every asset that the service has."""
    key, secret, cloud = account(service)
    authorization = "Basic " + b64encode(f"{key}:{secret}".encode()).decode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    found = []
    for resource_type in ("image", "video", "raw"):
        cursor = ""
        while cursor is not None:
            query = urllib.parse.urlencode({"max_results": 500, **({"next_cursor": cursor} if cursor else {})})
            request = urllib.request.Request(
                f"{service.url}/v1_1/{cloud}/resources/{resource_type}/upload?{query}",
                headers={"Authorization": authorization},
            )
            with opener.open(request) as answer:
                page = json.load(answer)
            found += [asset["etag"] for asset in page["resources"]]
            cursor = page.get("next_cursor")
    return found


def account(service):
    """Key, secret and cloud name."""
    parts = urllib.parse.urlsplit(service.cloudinary_url)
    return parts.username, urllib.parse.unquote(parts.password), parts.hostname
