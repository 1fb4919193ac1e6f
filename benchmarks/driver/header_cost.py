# SPDX-License-Identifier: Apache-2.0
"""What including a client's main header costs a user's build, without optimisation."""

import os
import re
import resource
import shlex
import subprocess
from pathlib import Path

from figures import Bound, Spread

STANDARD = "the standard headers that it includes"
BOUND = Bound(1.3)  # against those
MAIN_HEADERS = {
    "SDK: connect_client.hpp": "easypost_connect/connect_client.hpp",
    STANDARD: None,  # found out
    "libcurl: curl/curl.h (C)": "curl/curl.h",
    "Poco: HTTPSClientSession.h": "Poco/Net/HTTPSClientSession.h",
    "cpp-httplib: httplib.h": "httplib.h",
    "C++ REST SDK: http_client.h": "cpprest/http_client.h",
}


class HeaderCost:
    """Compiles sources of nothing but an #include, by turns."""

    def __init__(self, source_folder: Path, build: Path):
        flags = subprocess.run(["pkg-config", "--cflags", "cpp-httplib"], check=True, capture_output=True, text=True)
        self._compile = ["g++", "-std=c++17", "-O0", f"-I{source_folder}/include", f"-I{build}/include",
                         "-DEASYPOST_CONNECT_STATIC_DEFINE", *shlex.split(flags.stdout), "-x", "c++"]
        self.milliseconds = {title: [] for title in MAIN_HEADERS}
        self.lines = {}
        self._sources = {title: f"#include <{header}>\n" for title, header in MAIN_HEADERS.items() if header}
        self._sources[STANDARD] = self._standard_headers()

    def _run(self, source: str, *arguments) -> str:
        # The compiler itself, not a cache of what it once made.
        done = subprocess.run([*self._compile, *arguments, "-"], input=source, check=True, capture_output=True, text=True,
                              env={**os.environ, "CCACHE_DISABLE": "1"})
        return done.stdout

    def _standard_headers(self) -> str:
        """All that the SDK's header and those of the SDK behind it include."""
        ours = re.findall(r"\S+\.hpp", self._run(self._sources["SDK: connect_client.hpp"], "-MM"))
        text = "".join(Path(header).read_text() for header in ours)
        return "\n".join(sorted(set(re.findall(r"^#include <[a-z_]+>$", text, re.MULTILINE)))) + "\n"

    def run(self, rounds: int):
        for title in MAIN_HEADERS:
            self.lines[title] = self._run(self._sources[title], "-E").count("\n")
        for _ in range(rounds):
            for title in MAIN_HEADERS:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                self._run(self._sources[title], "-c", "-o", "/dev/null")
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                self.milliseconds[title].append(1e3 * spent)

    def ratio(self, title: str) -> Spread:
        return Spread.of([ms / base for ms, base in zip(self.milliseconds[title], self.milliseconds[STANDARD])])


def stripped_kilobytes(program: Path, folder: Path) -> float:
    """Of a program without its symbols."""
    stripped = folder / f"{program.name}.stripped"
    subprocess.run(["strip", "-o", str(stripped), str(program)], check=True)
    size = stripped.stat().st_size / 1000
    stripped.unlink()
    return size
