#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A comment can be read alone: it does not open with a preposition, nor with a pronoun for the name below it. Counts the
# comments that do, prints their places, and fails if they are too many.
#   prose.sh LIMIT SOURCE_DIR
set -eu
limit=$1
cd "$2"

prepositions='about above after against along among around as at before behind below beneath beside besides between
  beyond by despite during except for from in inside into like near of off on onto out outside over past per since than
  through throughout till to toward towards under until up upon via with within without'
pronouns='he her hers him his it its she that their theirs them these they those what whatever which whichever who
  whoever whom whose'

find include src tools tests examples benchmarks -name '*.[ch]pp' | LC_ALL=C sort | xargs awk -v limit="$limit" \
  -v leaning="$prepositions $pronouns" '
  BEGIN { count = split(leaning, words); for (i = 1; i <= count; ++i) leans[words[i]] = 1 }

  # The first word of a comment that begins in column `at`, behind its slashes.
  function judge(at,   text, word) {
    text = substr($0, at)
    sub(/^\/\/[\/!]?<?[ \t]?/, "", text)
    if (text ~ /^    /) return  # code
    sub(/^[ \t]+/, "", text)
    word = tolower(text)
    sub(/[^a-z].*/, "", word)
    ++comments
    if (!(word in leans)) return
    folder = FILENAME
    sub(/\/.*/, "", folder)
    ++found[folder]
    ++total
    printf "%s:%d: %s\n", FILENAME, FNR, text
  }

  FNR == 1 { above = 0 }

  # A line of nothing but a comment: a new one, unless one in the same column ends above it.
  match($0, /^[ \t]*\/\//) {
    at = RLENGTH - 1
    empty = $0 ~ /^[ \t]*\/\/[\/!]?[ \t]*$/
    if (!empty && above != at) judge(at)
    above = empty ? 0 : at
    next
  }

  # One behind code. What holds "//" between quotes has no blank before it.
  match($0, /[ \t]\/\/[\/! ]/) { above = RSTART + 1; judge(above); next }

  { above = 0 }

  END {
    if (comments == 0) { print "no comments found"; exit 1 }
    for (folder in found) printf "%s: %d\n", folder, found[folder]
    printf "%d of %d comments open with a preposition or a leaning pronoun; %d may\n", total, comments, limit
    exit total > limit
  }'
