# SPDX-License-Identifier: Apache-2.0
# Prepares a page for doxygen 1.9, which knows no anchors of GitHub's kind: names each page and each heading, and makes
# links of the references that doxygen checks. A link to a file that is no part of the generated pages becomes plain text.
BEGIN {
  # Doxygen runs in the repository, where every page is.
  while (("ls docs/*.md README.md" | getline path) > 0) is_page[base(path)] = 1
}

function base(path) { sub(/.*\//, "", path); sub(/\.md$/, "", path); return tolower(path) }

# The anchor that GitHub gives a heading.
function anchor(heading) {
  heading = tolower(heading)
  gsub(/[^a-z0-9_ -]/, "", heading)
  gsub(/ /, "-", heading)
  return heading
}

function reference(target,   page, part) {
  if (target ~ /^https?:/) return target
  part = target
  if (sub(/^[^#]*#/, "", part) == 0) part = ""
  sub(/#.*/, "", target)
  if (target == "") return "@ref " base(FILENAME) "-" part
  if (target ~ /\.md$/ && base(target) in is_page && target !~ /(adr|src)\//)
    return "@ref " base(target) (part == "" ? "" : "-" part)
  if (target ~ /include\/easypost_connect\/[a-z_]*\.hpp$|examples\/[a-z_]*\.cpp$/) {
    sub(/.*\//, "", target)
    return "@ref " target
  }
  return ""
}

# Line by line: no link of ours is broken over two lines.
function with_references(line,   done, text, target, to) {
  done = ""
  while (match(line, /\[[^][]*\]\([^()]*\)/)) {
    text = substr(line, RSTART + 1, RLENGTH - 2)
    target = text
    sub(/\]\(.*/, "", text)
    sub(/.*\]\(/, "", target)
    to = reference(target)
    done = done substr(line, 1, RSTART - 1) (to == "" ? text : "[" text "](" to ")")
    line = substr(line, RSTART + RLENGTH)
  }
  return done line
}

/^ *```/ { in_code = !in_code; print; next }
in_code { print; next }
/^# / && base(FILENAME) == "readme" { $0 = "# Overview" }
/^# / && base(FILENAME) != "index" { print $0 " {#" base(FILENAME) "}"; next }
/^##+ / {
  heading = $0
  sub(/^#+ /, "", heading)
  gsub(/`/, "")
  print $0 " {#" base(FILENAME) "-" anchor(heading) "}"
  next
}
# What the start page lists is below it in the tree of pages.
base(FILENAME) == "index" && /^- \[/ {
  line = with_references($0)
  if (match(line, /\]\(@ref [a-z-]*\)/)) {
    page = substr(line, RSTART + 7, RLENGTH - 8)
    text = substr(line, 4, RSTART - 4)
    print "- @subpage " page " \"" text "\"" substr(line, RSTART + RLENGTH)
    next
  }
}
{ print with_references($0) }
