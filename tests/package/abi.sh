#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Says how the shared library differs for programs that were linked with an earlier one: public types and functions only.
#   abi.sh SOURCE_DIR WORK_DIR [REVISION]        REVISION: the earlier one; the last tag, if none is given
# The status is 0 whatever the difference is: before 1.0 this is a report, and no gate.
set -euo pipefail
source_dir=$(realpath "$1") work=$2 revision=${3:-}
if [ -z "$revision" ] && ! revision=$(git -C "$source_dir" describe --tags --abbrev=0 2>/dev/null); then
  echo "There is no tag to compare with. A release makes one: git tag --annotate v0.1.0 --message 'Release 0.1.0'."
  echo "To compare with any other revision: ./dev abi REVISION"
  exit 2
fi
commit=$(git -C "$source_dir" rev-parse --verify --quiet "$revision^{commit}") ||
  { echo "$revision is no revision"; exit 2; }
rm -rf "$work"
mkdir -p "$work/old/source"
work=$(realpath "$work")
git -C "$source_dir" archive "$commit" | tar -C "$work/old/source" -xf -

# build SOURCES FOLDER: builds the client library with debug information, from which libabigail reads the types.
build() {
  cmake -G Ninja -S "$1" -B "$2/build" -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG="-O0 -g" -D BUILD_SHARED_LIBS=ON \
    -D EASYPOST_CONNECT_BUILD_SANDBOX=OFF -D EASYPOST_CONNECT_BUILD_TOOLS=OFF -D EASYPOST_CONNECT_BUILD_TESTS=OFF \
    -D EASYPOST_CONNECT_BUILD_EXAMPLES=OFF -D EASYPOST_CONNECT_BUILD_BENCHMARKS=OFF >"$2/build.log" 2>&1 &&
    cmake --build "$2/build" --target easypost_connect >>"$2/build.log" 2>&1 &&
    cmake --install "$2/build" --prefix "$2/installed" >>"$2/build.log" 2>&1 ||
    { tail -n 20 "$2/build.log"; return 1; }
}
mkdir -p "$work/new"
build "$work/old/source" "$work/old"
build "$source_dir" "$work/new"

echo "The shared library, compared with that of $revision ($(git -C "$source_dir" show --no-patch --format='%h, %cs' "$commit")):"
# What a class hides in its Impl is exported with the class, and instances of templates of the standard library are too.
cat >"$work/suppressions" <<'RULES'
[suppress_function]
  symbol_name_regexp = ^_ZN?K?(St|9__gnu_cxx)|^_ZN?K?16easypost_connect[0-9]+[A-Za-z]+4Impl
RULES
status=0
abidiff --suppressions "$work/suppressions" --headers-dir1 "$work/old/installed/include" --headers-dir2 "$work/new/installed/include" --drop-private-types \
  "$work/old/installed/lib/libeasypost_connect.so" "$work/new/installed/lib/libeasypost_connect.so" \
  >"$work/abidiff.txt" || status=$?
if ((status & 3)); then
  echo "abidiff failed ($status)"
  exit 1
fi
sed -nE -e '/^(Functions|Variables) changes summary/p' -e "s/^ +\[([ACD])\] '([^']*)'.*/  \1  \2/p" "$work/abidiff.txt"
if ((status & 8)); then
  echo "Incompatible: programs that were linked with the earlier one do not run with this one."
elif ((status & 4)); then
  echo "Changed: read on, to see whether programs that were linked with the earlier one notice."
else
  echo "No difference."
fi
echo "All of it: $work/abidiff.txt"
