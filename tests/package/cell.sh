#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One cell of the matrix: uses an installed SDK as a stranger's project would.
#   cell.sh NAME HOW [ARGUMENT...]: HOW is a function below.
# From CMakeLists.txt come SOURCE_DIR (the repository), BUILD_DIR (a built tree of it), WORK_DIR (scratch), SHARED (ON, OFF),
# CMAKE, CXX (the tree's compiler) and NEWER_JSON (an include folder).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here prefix=$WORK_DIR/installed scratch=$WORK_DIR/$1

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# --- what is used -----------------------------------------------------------------------------------------------------

# The prefix moves after the installation: whatever still points to where it was fails below.
install() {
  rm -rf "$prefix" "$scratch"
  "$CMAKE" --install "$BUILD_DIR" --prefix "$scratch/prefix"
  mv "$scratch/prefix" "$prefix"
  ! grep --recursive --files-with-matches --fixed-strings -e "$scratch" -e "$BUILD_DIR" -e "$SOURCE_DIR" \
    --include='*.cmake' --include='*.pc' --include='*.hpp' "$prefix" || fail "the files above name a folder of the build"
  # A completion that is loaded by its file's name has to be the function of that name.
  holds man/man1/easypost-connect.1 'SH NAME'
  holds bash-completion/completions/easypost-connect complete
  holds zsh/site-functions/_easypost_connect '_easypost_connect()'
  holds fish/vendor_completions.d/easypost-connect.fish -l
  holds doc/easypost_connect/LICENSE 'Apache License'
}
holds() { grep --quiet --fixed-strings -e "$2" "$prefix/share/$1" || fail "share/$1 does not hold $2"; }

lib_dir() { dirname "$(dirname "$(find "$prefix" -name easypost_connect.pc)")"; }

# flags [OPTION]: what pkg-config says.
flags() { PKG_CONFIG_PATH=$(lib_dir)/pkgconfig pkg-config --cflags --libs "$@" easypost_connect; }

# calls PROGRAM [ARGUMENT...]: it makes a call to the sandbox.
calls() { LD_LIBRARY_PATH=$(lib_dir) "$BUILD_DIR/tools/easypost-connect-sandbox" --quiet -- "$@"; }

# configure FOLDER [OPTION...]
configure() {
  "$CMAKE" -G Ninja -S "$1" -B "$scratch/build" -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_FLAGS_RELEASE=-O0 \
    -D "CMAKE_PREFIX_PATH=$prefix" "${@:2}"
}

# --- CMake ------------------------------------------------------------------------------------------------------------

# find_package COMPILER STANDARD: the project of the documentation.
find_package() {
  "$here/docs_project.sh" "$scratch/project"
  # What the library does not need from its user must not be looked for.
  local not_needed=(nlohmann_json httplib CLI11) package options=()
  if [ "$SHARED" = ON ]; then not_needed+=(CURL OpenSSL nghttp2 llhttp); fi
  for package in "${not_needed[@]}"; do options+=(-D "CMAKE_DISABLE_FIND_PACKAGE_$package=ON"); done
  configure "$scratch/project" -D "CMAKE_CXX_COMPILER=$1" -D "CMAKE_CXX_STANDARD=$2" "${options[@]}"
  "$CMAKE" --build "$scratch/build"
  calls "$scratch/build/my_program"
}

# components [OPTION...]
components() {
  configure "$here/components" -D "CMAKE_CXX_COMPILER=$CXX" "$@"
  "$CMAKE" --build "$scratch/build"
  "$scratch/build/component_consumer"
}
newer_json() { components -D "NEWER_JSON=$NEWER_JSON"; }

# What find_package() has to refuse, with a reason.
refusals() {
  refused 0.2 json 'requested version "0.2"'
  refused 1 json 'requested version "1"'
  refused 0.1 letters letters
}
# refused VERSION COMPONENT REASON
refused() {
  ! configure "$here/refusals" -D "Version=$1" -D "Component=$2" >"$scratch.log" 2>&1 || fail "find_package() took $1, $2"
  grep --quiet --fixed-strings -e "$3" "$scratch.log" || fail "find_package() does not say why it refuses $1, $2"
}

# What find_package() gives where a package is missing that a component, or the client, is linked with.
lacking() {
  without nlohmann_json REQUIRED easypost_connect
  if [ "$SHARED" = OFF ]; then without CURL QUIET ''; fi
}
# without PACKAGE STRICTNESS EXPECTED
without() {
  rm -rf "$scratch/build"
  configure "$here/lacking" -D "CMAKE_DISABLE_FIND_PACKAGE_$1=ON" -D "Strictness=$2" -D "Expected=$3"
}

# subproject add_subdirectory|FetchContent: with a newer nlohmann/json of the parent's own, and none of the system's.
subproject() {
  "$here/docs_project.sh" "$scratch/project"
  local options=()
  if [ "$SHARED" = ON ]; then options=(-D BUILD_SHARED_LIBS=ON); fi  # otherwise the parent makes no choice
  configure "$here/subproject" -D "CMAKE_CXX_COMPILER=$CXX" -D "HOW=$1" -D "SDK_SOURCE_DIR=$SOURCE_DIR" \
    -D "PROGRAM=$scratch/project/main.cpp" \
    -D "NEWER_JSON=$NEWER_JSON" "${options[@]}" -D CMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON \
    -D CMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" -D CMAKE_EXPORT_COMPILE_COMMANDS=ON
  local commands=$scratch/build/compile_commands.json
  ! grep -e ' -fvisibility-inlines-hidden .*[.]c"' "$commands" || fail "the parent's options for C++ reach sources in C"
  ! grep -e ' -W' "$commands" || fail "the SDK brings its warnings into other projects"
  [ "$(grep --count -e "-isystem $NEWER_JSON" "$commands")" -gt 50 ] ||
    fail "the SDK's sources are not compiled with the parent's nlohmann/json"
}
FetchContent() {
  subproject FetchContent
  "$CMAKE" --build "$scratch/build"
  calls "$scratch/build/my_program"
}
add_subdirectory() { subproject add_subdirectory; }

# --- the compiler alone -----------------------------------------------------------------------------------------------

# compiled COMPILER SOURCE [FLAG...]
compiled() { "$1" -std=c++17 "$2" -o "$scratch/program" "${@:3}"; }

# pkg_config [OPTION]
pkg_config() {
  mkdir -p "$scratch"
  # consumer.cpp makes sure that it cannot see an internal header; a renamed one would make that a check of nothing.
  local unseen
  unseen=$(sed -n 's/.*__has_include("\([^"]*\)").*/\1/p' "$here/consumer.cpp")
  [ -f "$SOURCE_DIR/src/client/$unseen" ] || fail "consumer.cpp looks for src/client/$unseen, which does not exist"
  local words
  read -ra words <<<"$(flags "$@")"
  if [ "$SHARED" = ON ] && [[ " ${words[*]} " == *' -lcurl '* ]]; then fail "what is inside is to be linked again"; fi
  compiled "$CXX" "$here/consumer.cpp" "${words[@]}"
  LD_LIBRARY_PATH=$(lib_dir) "$scratch/program"
}

# The system's libcurl is a shared one, and the libraries that only a static one needs are not here.
pkg_config_static() {
  local name file
  mkdir -p "$scratch/pkgconfig"
  for name in libcurl libssl libcrypto libnghttp2 libllhttp zlib; do
    if file=$(pkg-config --variable=pcfiledir "$name"); then
      sed -e '/^[A-Za-z]*\.private:/d' "$file/$name.pc" >"$scratch/pkgconfig/$name.pc"
    fi
  done
  PKG_CONFIG_LIBDIR=$scratch/pkgconfig pkg_config --static
}

no_exceptions_no_rtti() {
  mkdir -p "$scratch"
  local words
  read -ra words <<<"$(flags)"
  compiled "$CXX" "$here/consumer.cpp" -fno-exceptions -fno-rtti "${words[@]}"
  LD_LIBRARY_PATH=$(lib_dir) "$scratch/program"
}

# headers COMPILER STANDARD [FLAG...]: each public header, with more warnings than most have.
headers() {
  local header words names
  names=$(cd "$prefix/include" && printf '%s\n' easypost_connect/*.hpp)
  if [ "$2" = 17 ]; then names=$(grep --invert-match coroutine <<<"$names"); fi
  read -ra words <<<"$(PKG_CONFIG_PATH=$(lib_dir)/pkgconfig pkg-config --cflags easypost_connect)"
  read -ra warnings <<<'-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnull-dereference
    -Wextra-semi -Wzero-as-null-pointer-constant -Wundef -Wfloat-equal -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
    -Wunused -Wformat=2 -Wdouble-promotion -Werror'
  if [[ $1 == g++* ]]; then warnings+=(-Wuseless-cast -Wsuggest-override -Wduplicated-cond -Wlogical-op); fi
  for header in $names; do printf '#include <%s>\n' "$header"; done |
    "$1" "-std=c++${2/23/2b}" -fsyntax-only "${warnings[@]}" "${@:3}" "${words[@]}" -x c++ -
}

# --- shared objects ---------------------------------------------------------------------------------------------------

# Two plug-ins in one process, each with the library inside or both with the shared one.
plug_ins() {
  mkdir -p "$scratch"
  local words plug_in
  read -ra words <<<"$(flags)"
  for plug_in in first second; do
    "$CXX" -std=c++17 -fPIC -fvisibility=hidden -shared "$here/plug_in.cpp" -o "$scratch/$plug_in.so" "${words[@]}" \
      -Wl,--exclude-libs,ALL
    # Instances of the standard library's templates are as visible as what they are made of.
    if [ "$SHARED" = OFF ]; then exports_only_use "$scratch/$plug_in.so"; fi
  done
  "$CXX" -std=c++17 "$here/plug_in_host.cpp" -o "$scratch/host" -lssl -lcrypto -ldl -pthread
  calls "$scratch/host" "$scratch/first.so" "$scratch/second.so"
}

exports_only_use() {
  # g++ exports some functions of std's templates for types that are hidden; their names do not begin with the SDK's.
  ! nm --dynamic --defined-only "$1" | grep --extended-regexp ' _Z[A-Z]*16easypost_connect|llhttp' ||
    fail "$1 exports names of the SDK"
  nm --dynamic --defined-only "$1" | grep --quiet ' use$' || fail "$1 exports nothing"
}

# The shared libraries: their names, what they need, and nothing internal outside.
shared_libraries() {
  local library version
  version=$(sed -n 's/^#define EASYPOST_CONNECT_VERSION "\(.*\)\..*"/\1/p' "$SOURCE_DIR/include/easypost_connect/version.hpp")
  for library in easypost_connect easypost_connect_sandbox; do
    library=$(lib_dir)/lib$library.so
    readelf --dynamic "$library" | grep --quiet "SONAME.*\[$(basename "$library").$version\]" || fail "SONAME of $library"
    ! readelf --dynamic "$library" | grep -e RPATH -e RUNPATH || fail "$library remembers where it was built"
    ! nm --dynamic --defined-only --demangle "$library" | grep 'internal::' || fail "$library exports what is internal"
    ! nm --dynamic --defined-only "$library" | grep -i llhttp || fail "$library exports its llhttp"
  done
}

rm -rf "$scratch"
"${@:2}"
