#include "emitted_code.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace certifix::test {
namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "certifix-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!keep_) fs::remove_all(path_, ignored);
}

Outcome run_command(const std::string& command) {
  FILE* pipe = popen(("( " + command + " ) 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  Outcome outcome;
  std::array<char, 4096> block;
  for (std::size_t n = 0; (n = fread(block.data(), 1, block.size(), pipe)) > 0;)
    outcome.output.append(block.data(), n);
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

bool has_tool(const std::string& program) {
  return run_command("command -v " + program).status == 0;
}

void write_files(const fs::path& folder, const std::vector<emit::File>& files) {
  for (const emit::File& file : files) {
    fs::create_directories((folder / file.path).parent_path());
    std::ofstream(folder / file.path, std::ios::binary) << file.content;
  }
}

Outcome compile_and_run_c(const std::vector<std::vector<emit::File>>& designs,
                          const fs::path& folder, const std::string& flags) {
  // Every bench has a main: one driver includes them under other names and calls them in turn.
  std::string driver;
  std::string calls;
  std::string sources = "driver.c";
  for (const std::vector<emit::File>& files : designs) {
    write_files(folder, files);
    for (const emit::File& file : files) {
      const fs::path path(file.path);
      if (path.extension() != ".c") continue;
      const std::string stem = path.stem().string();
      if (stem.ends_with("_test")) {
        driver += "#define main main_" + stem + "\n#include \"" + file.path + "\"\n#undef main\n";
        calls += "  failed += main_" + stem + "();\n";
      } else {
        sources += " " + file.path;
      }
    }
  }
  driver += "int main(void)\n{\n  int failed = 0;\n" + calls + "  return failed != 0;\n}\n";
  write_files(folder, {{"driver.c", driver}});
  const Outcome compiled = run_command(
      "cd '" + folder.string() +
      "' && gcc -std=c99 -O2 -Wall -Wextra -Wconversion -pedantic -Werror -fsanitize=undefined"
      " -fno-sanitize-recover=all " +
      flags + " -o benches " + sources + " -lm");
  if (compiled.status != 0) return compiled;
  return run_command("'" + (folder / "benches").string() + "'");
}

Outcome compile_and_run_systemc(const std::vector<std::vector<emit::File>>& designs,
                                const fs::path& folder) {
  std::string driver;
  std::string calls;
  for (const std::vector<emit::File>& files : designs) {
    write_files(folder, files);
    for (const emit::File& file : files) {
      const fs::path path(file.path);
      if (path.extension() != ".cpp") continue;
      const std::string stem = path.stem().string();
      if (stem.ends_with("_test")) {
        driver +=
            "#define sc_main main_" + stem + "\n#include \"" + file.path + "\"\n#undef sc_main\n";
        calls += "  failed += main_" + stem + "(0, nullptr);\n";
      } else {
        driver += "#include \"" + file.path + "\"\n";
      }
    }
  }
  driver +=
      "int sc_main(int, char**) {\n  int failed = 0;\n" + calls + "  return failed != 0;\n}\n";
  write_files(folder, {{"driver.cpp", "#include \"hls/types_sc.hpp\"\n" + driver}});
  const Outcome compiled = run_command(
      "cd '" + folder.string() +
      "' && g++ -std=c++17 -O1 -Wall -Wextra -Werror -Wno-unknown-pragmas -DHLS_TYPES_SC"
      " -o benches driver.cpp -lsystemc");
  if (compiled.status != 0) return compiled;
  return run_command("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 '" + (folder / "benches").string() + "'");
}

void expect_all_pass(const Outcome& outcome, std::size_t designs) {
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  std::size_t passes = 0;
  for (std::size_t at = 0; (at = outcome.output.find("PASS ", at)) != std::string::npos; ++at)
    ++passes;
  EXPECT_EQ(passes, designs) << outcome.output;
}

}  // namespace certifix::test
