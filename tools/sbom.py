#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the software bill of materials of a built tree (CycloneDX 1.6): what was linked, in which version.

  sbom.py BUILD_DIR

The versions are those that CMake found for that tree. Nothing is fetched.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# CMake's name of a package: its name for others, and its licence.
PACKAGES = {
    "CURL": ("curl", "curl"),
    "OpenSSL": ("openssl", "Apache-2.0"),
    "nghttp2": ("nghttp2", "MIT"),
    "llhttp": ("llhttp", "MIT"),
    "nlohmann_json": ("nlohmann-json", "MIT"),
    "httplib": ("cpp-httplib", "MIT"),
    "CLI11": ("cli11", "BSD-3-Clause"),
}
# What this project makes: its kind, the option that switches it off, and what it is linked with.
PRODUCTS = {
    "easypost_connect": ("library", None, ["CURL", "OpenSSL", "nghttp2", "llhttp", "nlohmann_json"]),
    "easypost_connect_sandbox": (
        "library", "SANDBOX", ["easypost_connect", "OpenSSL", "nghttp2", "nlohmann_json", "httplib"]),
    "easypost_connect_vaults": ("library", "VAULTS", ["easypost_connect", "OpenSSL", "nlohmann_json"]),
    "easypost-connect-sandbox": ("application", "SANDBOX", ["easypost_connect_sandbox", "CLI11"]),
    "easypost-connect": ("application", "TOOLS", ["easypost_connect", "CLI11"]),
}


def read_cache(build_dir):
    lines = (build_dir / "CMakeCache.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"^([^#/:\n][^:\n]*):[A-Z]+=(.*)$", "\n".join(lines), re.M))


def first_match(pattern, path):
    return match[1] if path.is_file() and (match := re.search(pattern, path.read_text(encoding="utf-8"))) else None


def version_of(package, cache):
    """The version of what find_package() found, of its version file, or of llhttp's header, which has no such file."""
    if match := re.search(r"\[v([0-9.]+)", cache.get(f"FIND_PACKAGE_MESSAGE_DETAILS_{package}", "")):
        return match[1]
    folder = pathlib.Path(cache.get(f"{package}_DIR", ""))
    for file in folder.glob("*ersion.cmake") if folder.is_dir() else []:
        if version := first_match(r'PACKAGE_VERSION "([0-9.]+)"', file):
            return version
    header = pathlib.Path(cache.get(f"{package}_INCLUDE_DIR", "")) / f"{package}.h"
    parts = [first_match(rf"_VERSION_{part} ([0-9]+)", header) for part in ("MAJOR", "MINOR", "PATCH")]
    return ".".join(parts) if all(parts) else sys.exit(f"no version found for {package}")


def commit_time():
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%ct"], check=True, capture_output=True, text=True).stdout
    return datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).isoformat()


def component(kind, name, version, licence):
    return {"type": kind, "bom-ref": name, "name": name, "version": version,
            "licenses": [{"license": {"id": licence}}], "purl": f"pkg:generic/{name}@{version}"}


def bill(cache):
    own = first_match(r'VERSION "([0-9.]+)"', ROOT / "include/easypost_connect/version.hpp")
    made = {name: (kind, needs) for name, (kind, option, needs) in PRODUCTS.items()
            if option is None or cache.get(f"EASYPOST_CONNECT_BUILD_{option}") == "ON"}
    ref = {**{name: name for name in made}, **{package: name for package, (name, _) in PACKAGES.items()}}
    linked = [package for package in PACKAGES if any(package in needs for _, needs in made.values())]
    products = [component(kind, name, own, "Apache-2.0") for name, (kind, _) in made.items()]
    others = [component("library", PACKAGES[package][0], version_of(package, cache), PACKAGES[package][1])
              for package in linked]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": commit_time(), "component": products[0]},
        "components": products[1:] + others,
        "dependencies": [{"ref": name, "dependsOn": [ref[need] for need in needs]} for name, (_, needs) in made.items()]
                        + [{"ref": ref[package]} for package in linked],
    }


if len(sys.argv) != 2:
    sys.exit(__doc__)
print(json.dumps(bill(read_cache(pathlib.Path(sys.argv[1]))), indent=2))
