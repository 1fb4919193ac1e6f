# SPDX-License-Identifier: Apache-2.0
# One list of warnings for everything that is ours. They are errors in the presets only: a newer compiler that knows a new
# warning must not break the build of someone who only wants to use the library.
set(easypost_connect_warnings
    -Wall -Wextra -Wpedantic
    -Wcast-align -Wconversion -Wdouble-promotion -Wextra-semi -Wformat=2 -Wimplicit-fallthrough -Wmissing-declarations
    -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wshadow -Wsign-conversion -Wundef -Wunused
    # A std::chrono object passed to curl_easy_setopt compiles silently elsewhere.
    $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wclass-varargs>
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-branches>
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond>
    $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op>)

# What every target of this project has in common.
function(easypost_connect_defaults target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF  # each source has names of its own
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(PROJECT_IS_TOP_LEVEL)
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${easypost_connect_warnings}>")
  endif()
endfunction()
