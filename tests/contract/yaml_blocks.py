#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each block of YAML in docs/ parses, and what it takes from a Secret is in a Secret of the same block.

  yaml_blocks.py PAGE...
"""
import pathlib
import re
import sys

import yaml


def secret_references(node):
    """Yields (name of the Secret, key) for each that is named anywhere below `node`."""
    if isinstance(node, list):
        for item in node:
            yield from secret_references(item)
    elif isinstance(node, dict):
        if "secretKeyRef" in node:
            yield node["secretKeyRef"]["name"], node["secretKeyRef"]["key"]
        if "secretName" in node:
            yield from ((node["secretName"], item["key"]) for item in node["items"])
        for value in node.values():
            yield from secret_references(value)


def check(page, block):
    documents = list(yaml.safe_load_all(block))
    given = {(d["metadata"]["name"], key) for d in documents if d["kind"] == "Secret" for key in d["stringData"]}
    for reference in secret_references(documents):
        if reference not in given:
            sys.exit(f"{page}: no Secret has {reference}")


count = 0
for page in sys.argv[1:]:
    for block in re.findall(r"^```yaml\n(.*?)^```", pathlib.Path(page).read_text(encoding="utf-8"), re.S | re.M):
        check(page, block)
        count += 1
if count == 0:
    sys.exit("no blocks of YAML")
print(f"{count} blocks of YAML")
