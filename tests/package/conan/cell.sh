#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One cell of the matrix: a Conan package of the SDK, with wrappers of the system's packages (conanfile.py beside this)
# for those of the public index. What that proves and what not: docs/packages.md.
#   cell.sh HOW [ARGUMENT...]: HOW is a function below.
# From ../CMakeLists.txt come SOURCE_DIR (the repository), BUILD_DIR (a built tree of it) and CMAKE.
set -euo pipefail
cd "$SOURCE_DIR"
readonly recipes=$PWD/tests/package/conan scratch=$PWD/build/conan
# The objects of all packages are compiled in folders that lie alike and with the same flags, so most are compiled once.
export CONAN_HOME=$scratch/home CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

conan() { PYTHONPATH=$SOURCE_DIR/build/python python3 "$SOURCE_DIR/build/python/bin/conan" "$@"; }

# Conan's home, with the wrappers in it and no index.
home() {
  rm -rf "$scratch"
  conan profile detect
  conan remote remove conancenter
  local name
  for name in libcurl openssl libnghttp2 llhttp nlohmann_json cpp-httplib cli11; do
    conan export "$recipes" --name "$name"
  done
}

# create FOLDER PROFILE [OPTION...]: builds the package and its test_package, the latter not below its sources.
create() {
  conan create "$1" --profile:all "$2" --build missing --build 'easypost_connect/*' \
    --conf "tools.cmake.cmake_layout:test_folder=$scratch/test_package" "${@:3}"
}

# docs_project NAME [OPTION...]: builds the project of the documentation as that says, and makes a call.
docs_project() {
  local project=$scratch/$1
  tests/package/docs_project.sh "$project"
  conan install "$project" --profile:all "$recipes/profile" --build missing "${@:2}"
  (cd "$project" && "$CMAKE" --preset conan-release && "$CMAKE" --build --preset conan-release)
  # shellcheck disable=SC1091  # made by Conan
  (. "$project/build/Release/generators/conanrun.sh" &&
    "$BUILD_DIR/tools/easypost-connect-sandbox" --quiet -- "$project/build/Release/my_program")
}

static() {
  create . "$recipes/profile" --options '&:sandbox=True' --options '&:tools=True'
  docs_project static --options 'easypost_connect/*:sandbox=True' --options 'easypost_connect/*:tools=True'
}

shared() {
  create . "$recipes/profile" --options '&:shared=True'
  docs_project shared --options 'easypost_connect/*:shared=True'
}

# The recipe for the public index, with an archive of this tree for that of a release.
index() {
  local recipe=$scratch/index archive=$scratch/easypost_connect.tar.gz hash version
  mkdir -p "$recipe"
  cp -r packaging/conan-center-index/all/. test_package "$recipe"
  tar --create --gzip --file "$archive" --transform 's,^,easypost_connect/,' CMakeLists.txt LICENSE cmake include src tools
  hash=$(sha256sum "$archive")
  sed -i -e "s,@ARCHIVE_URL@,file://$archive," -e "s,@ARCHIVE_SHA256@,${hash%% *}," "$recipe/conandata.yml"
  version=$(sed -n 's/^  "\(.*\)":$/\1/p' packaging/conan-center-index/config.yml)
  # The wrappers have the system's versions.
  cp "$recipes/profile" "$recipe.profile"
  printf '\n[replace_requires]\n' >>"$recipe.profile"
  local name
  for name in libnghttp2 llhttp nlohmann_json cpp-httplib cli11; do
    printf '%s/*: %s/[*]\n' "$name" "$name" >>"$recipe.profile"
  done
  create "$recipe" "$recipe.profile" --version "$version" --options '&:sandbox=True' --options '&:tools=True'
}

"$@"
