#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds a program of a Go module. The sum pins the module, whose own go.sum pins what it needs.
#   go_program.sh GO MODULE@VERSION SUM PACKAGE PROGRAM
set -euo pipefail
go=$1 module=$2 sum=$3 package=$4 program=$5
export GOTOOLCHAIN=local GOFLAGS='' GOWORK=off CGO_ENABLED=0

found=$("$go" mod download -json "$module") || { printf '%s\n' "$found" >&2; exit 1; }  # where its complaint is
field() { sed -n "s/^\\t\"$1\": \"\\(.*\\)\",\$/\\1/p" <<<"$found"; }
if [ "$(field Sum)" != "$sum" ]; then
  echo "$module is not what was tried: its sum is $(field Sum), and $sum was expected" >&2
  exit 1
fi
"$go" build -C "$(field Dir)" -mod=readonly -trimpath -o "$program" "$package"
