// Compiling and running emitted code in tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "certifix/emit/options.hpp"

namespace certifix::test {

// A fresh folder, removed with all it holds at the end of its life, unless keep() was called.
class ScratchFolder {
 public:
  ScratchFolder();  // below the system's folder for temporary files
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void keep() { keep_ = true; }

 private:
  std::filesystem::path path_;
  bool keep_ = false;
};

struct Outcome {
  int status = 0;      // exit status; 128 + signal if it was killed by one
  std::string output;  // standard output and error together
};

// Runs a shell command line.
Outcome run_command(const std::string& command);

// Whether the shell finds a program of this name.
bool has_tool(const std::string& program);

void write_files(const std::filesystem::path& folder, const std::vector<emit::File>& files);

// Compiles all emitted C sources of `designs` (the files of one design each) with all warnings as
// errors and the undefined-behaviour sanitizer, and runs every test bench: the outcome of the first
// step that fails, or that of the benches, one PASS line a design. The designs' names must differ.
// `flags`: more of the compiler's.
Outcome compile_and_run_c(const std::vector<std::vector<emit::File>>& designs,
                          const std::filesystem::path& folder, const std::string& flags = "");

// The same for emitted HLS C++, with SystemC's types, in one translation unit (its headers are slow
// to compile).
Outcome compile_and_run_systemc(const std::vector<std::vector<emit::File>>& designs,
                                const std::filesystem::path& folder);

// Expects the outcome of test benches that all passed: status 0 and one PASS line a design.
void expect_all_pass(const Outcome& outcome, std::size_t designs);

}  // namespace certifix::test
