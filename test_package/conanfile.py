# SPDX-License-Identifier: Apache-2.0
import os

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout


class TestPackageConan(ConanFile):
    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps", "VirtualRunEnv"

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires(self.tested_reference_str, run=True)  # its programs, of a static library too

    @property
    def _tested_options(self):
        return self.dependencies[self.tested_reference_str].options

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["WITH_SANDBOX"] = bool(self._tested_options.sandbox)
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if not can_run(self):
            return
        self.run(os.path.join(self.cpp.build.bindir, "test_package"), env="conanrun")
        if self._tested_options.sandbox:
            self.run("easypost-connect-sandbox --version", env="conanrun")
        if self._tested_options.tools:
            self.run("easypost-connect --version", env="conanrun")
