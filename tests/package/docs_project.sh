#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the project of docs/packages.md, with the program at the head of the README, into a folder.
#   docs_project.sh FOLDER
set -eu
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"

# first_block LANGUAGE PAGE
first_block() { awk -v "fence=\`\`\`$1" '$0 == "```" && inside { exit } inside { print } $0 == fence { inside = 1 }' "$2"; }

first_block cmake "$source_dir/docs/packages.md" >"$1/CMakeLists.txt"
first_block cpp "$source_dir/README.md" >"$1/main.cpp"
first_block ini "$source_dir/docs/packages.md" >"$1/conanfile.txt"
