#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each block of C++ in the README and in docs/ compiles with the public headers alone. The compiler names page and line.
#   snippets.sh SOURCE_DIR WORK_DIR COMPILER [FLAG...]
set -eu
scripts=$(cd "$(dirname "$0")" && pwd)
source_dir=$1 work=$2
shift 2

rm -rf "$work"
mkdir -p "$work"
cd "$source_dir"
for header in include/easypost_connect/*.hpp; do
  [ "${header##*/}" = coroutine.hpp ] || echo "#include <easypost_connect/${header##*/}>"  # which is C++20
done >"$work/fragments.cpp"
echo 'using namespace easypost_connect;' >>"$work/fragments.cpp"
awk -v into="$work" -f "$scripts/snippets.awk" README.md docs/*.md

status=0
for file in "$work"/*.cpp; do
  "$@" -std=c++17 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Wno-unused -Wno-unused-parameter "$file" || status=1
done
exit $status
