#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what the public headers pull into a user's build: the lines that the compiler sees, standard headers included.
#   header_lines.sh COMPILER LARGEST FOLDER FOLDER_OF_GENERATED_HEADERS
set -euo pipefail
compiler=$1 largest=$2 folder=$3 generated=$4
status=0
for header in "$folder"/easypost_connect/*.hpp; do
  # For those who ask for it: the one that brings nlohmann/json, and the one that needs C++20.
  case ${header##*/} in json.hpp | coroutine.hpp) continue ;; esac
  lines=$("$compiler" -std=c++17 -E -I "$folder" -I "$generated" -x c++ - <<<"#include <easypost_connect/${header##*/}>" | wc -l)
  printf '%7d  %s\n' "$lines" "${header##*/}"
  if [ "$lines" -gt "$largest" ]; then
    echo "${header##*/} is more than $largest lines"
    status=1
  fi
done
exit "$status"
