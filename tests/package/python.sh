#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts packages of PyPI into a folder, unless it holds them already.
#   python.sh FOLDER PACKAGE==VERSION...
set -eu
folder=$1
shift
if [ "$(cat "$folder/wanted" 2>/dev/null)" != "$*" ]; then
  rm -rf "$folder"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$folder" "$@"
  echo "$*" >"$folder/wanted"
fi
