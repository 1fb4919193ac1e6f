# SPDX-License-Identifier: Apache-2.0
# Writes the blocks of C++ of the pages it is given into files that a compiler can read. A block that includes a header is
# a whole source file, PAGE_LINE.cpp. Any other is what stands inside a function, in fragments.cpp; the comment above it,
# which readers do not see, names the parameters of that function:  <!-- given: ConnectClient& client -->
#   awk -v into=FOLDER -f snippets.awk PAGE...
function finish_block(   name, target) {
  name = FILENAME
  sub(/\.md$/, "", name)
  gsub(/[^A-Za-z0-9]/, "_", name)
  name = name "_" first
  ++count
  if (block ~ /(^|\n)#include/) {
    target = into "/" name ".cpp"
    printf "#line %d \"%s\"\n%s", first, FILENAME, block >target
    close(target)
  } else {
    printf "inline void %s(%s) {\n#line %d \"%s\"\n%s}\n", name, given, first, FILENAME, block >>(into "/fragments.cpp")
  }
}

/^```cpp$/ { in_block = 1; block = ""; first = FNR + 1; next }
/^```/ && in_block { finish_block(); in_block = 0; given = ""; next }
in_block { block = block $0 "\n"; next }
/^<!-- given: .*-->$/ { given = $0; sub(/^<!-- given: */, "", given); sub(/ *-->$/, "", given); next }
{ given = "" }
END { print count " blocks" }
