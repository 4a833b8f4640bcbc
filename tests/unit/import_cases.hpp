// What the import tests share: files that live as long as a test, and errors looked at in full.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::num {
inline void PrintTo(const Rational& x, std::ostream* stream) { *stream << text(x); }
}  // namespace certifix::num

namespace certifix::import {

// A fresh folder, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "certifix-import-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
  }

 private:
  std::filesystem::path path_;
};

// The error that `action` throws, or nullopt (with a failure) if it throws none or something else.
inline std::optional<Error> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "not a user error: " << other.what();
    return std::nullopt;
  }
  ADD_FAILURE() << "nothing was thrown";
  return std::nullopt;
}

// The error has this code, exits as bad input, names the file, this place, and a remedy.
inline void expect_error(const std::optional<Error>& error, ErrorCode code,
                         const std::filesystem::path& file, const std::string& place) {
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), code) << error->what();
  EXPECT_EQ(exit_code(error->code()), ExitCode::bad_input) << error->what();
  EXPECT_EQ(error->origin().file, file.string()) << error->what();
  EXPECT_EQ(error->origin().place, place) << error->what();
  EXPECT_FALSE(error->remedy().empty()) << error->what();
}

inline num::Rational decimal(std::string_view text) { return num::parse_decimal(text).value(); }

// The folder of the benchmark networks, if this machine has it.
inline std::optional<std::filesystem::path> benchmarks() {
  const char* given = std::getenv("CERTIFIX_BENCHMARKS");
  const std::filesystem::path path =
      given ? std::filesystem::path(given)
            : std::filesystem::path(CERTIFIX_SOURCE_DIR) / ".." / "shared" / "benchmarks";
  if (!std::filesystem::is_directory(path / "aster")) return std::nullopt;
  return path;
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

}  // namespace certifix::import
