#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares a bill of materials with the schema of CycloneDX, which a package of PyPI has.
#   validate_sbom.sh FILE FOLDER_FOR_THE_PACKAGE
set -euo pipefail
packages=$2
"$(dirname "$0")/../package/python.sh" "$packages" 'cyclonedx-python-lib[json-validation]==11.12.0'
PYTHONPATH=$packages python3 - "$1" <<'CHECK'
import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = open(sys.argv[1], encoding="utf-8").read()
validator = JsonStrictValidator(SchemaVersion.V1_6)
if error := validator.validate_str(text):
    sys.exit(f"{sys.argv[1]}: {error}")
bill = json.loads(text)
known = {bill["metadata"]["component"]["bom-ref"], *(each["bom-ref"] for each in bill["components"])}
named = {each["ref"] for each in bill["dependencies"]} | {on for each in bill["dependencies"] for on in each.get("dependsOn", [])}
if named != known:
    sys.exit(f"{sys.argv[1]}: no component, or no line among the dependencies: {named ^ known}")
if validator.validate_str(text.replace('"name"', '"nom"')) is None:
    sys.exit("the validator objects to nothing")
print(f"{sys.argv[1]}: CycloneDX 1.6, {len(known)} components")
CHECK
