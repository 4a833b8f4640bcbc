#include "certifix/cli/output_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "certifix/base/error.hpp"

namespace certifix::cli {
namespace {

namespace fs = std::filesystem;

// Everything that a result may hold (docs/command-line.md).
constexpr std::array<std::string_view, 11> kOurNames = {
    "problem.txt", "certificate.txt", "design.json", "report.json", "timing.json", "c",
    "hls",         "verilog",         "sweep.csv",   "sweep.json",  "designs"};

[[noreturn]] void fail(const fs::path& path, const std::string& sentence,
                       const std::string& remedy) {
  throw Error(ErrorCode::cannot_write, sentence, Origin{path.string(), ""}, remedy);
}

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::error_code& code) {
  fail(path, what + ": " + code.message(), "nothing was written; free the place or name another");
}

// Absolute, symbolic links resolved, no trailing slash.
fs::path resolved(const fs::path& folder) {
  std::error_code code;
  fs::path path = fs::weakly_canonical(fs::absolute(folder, code), code);
  if (code) fail(folder, "the folder cannot be reached", code);
  if (!path.has_filename()) path = path.parent_path();
  if (!path.has_filename()) fail(folder, "this is not a folder to write into", "name another");
  return path;
}

void write_file(const fs::path& path, const std::string& content) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) {
    const int number = errno;
    fail(path, "the file cannot be written",
         std::error_code(number != 0 ? number : EIO, std::generic_category()));
  }
}

// A folder that disappears again unless it is given its final name.
class Draft {
 public:
  explicit Draft(const fs::path& destination)
      : destination_(destination),
        path_(destination.parent_path() /
              ("." + destination.filename().string() + "." + std::to_string(getpid()) + ".tmp")) {
    std::error_code code;
    fs::create_directories(path_.parent_path(), code);
    if (!code) fs::create_directory(path_, code);
    if (code) fail(destination_, "the folder cannot be made", code);
  }
  ~Draft() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void write(const std::vector<OutputFile>& files) const {
    for (const OutputFile& file : files) {
      const fs::path path = path_ / file.path;
      std::error_code code;
      fs::create_directories(path.parent_path(), code);
      if (code) fail(path, "the folder cannot be made", code);
      write_file(path, file.content);
    }
  }

  // Takes the destination's place; what was there before is removed last.
  void publish() const {
    std::error_code code;
    const fs::path old = path_.string() + ".old";
    const bool replaces = fs::exists(destination_, code);
    if (replaces) fs::rename(destination_, old, code);
    if (code) fail(destination_, "the folder cannot be replaced", code);
    fs::rename(path_, destination_, code);
    if (code) {
      std::error_code ignored;
      if (replaces) fs::rename(old, destination_, ignored);
      fail(destination_, "the folder cannot be made", code);
    }
    std::error_code ignored;
    fs::remove_all(old, ignored);
  }

 private:
  fs::path destination_;
  fs::path path_;
};

void write_whole(const fs::path& folder, const std::vector<OutputFile>& files) {
  const Draft draft(folder);
  draft.write(files);
  draft.publish();
}

}  // namespace

void check_destination(const fs::path& folder) {
  const fs::path path = resolved(folder);
  std::error_code code;
  if (fs::exists(path, code)) {
    if (!fs::is_directory(path, code)) fail(folder, "this is not a folder", "name another");
    bool empty = true;
    bool proof = false;
    for (auto entry = fs::directory_iterator(path, code);
         !code && entry != fs::directory_iterator(); entry.increment(code)) {
      const std::string name = entry->path().filename().string();
      if (std::find(kOurNames.begin(), kOurNames.end(), name) == kOurNames.end())
        fail(folder, "the folder holds '" + name + "', which certifix has not written",
             "name a new folder, or an earlier result of certifix");
      empty = false;
      proof = proof || name == "certificate.txt" || name == "sweep.json";
    }
    if (code) fail(folder, "the folder cannot be read", code);
    if (!empty && !proof)
      fail(folder, "the folder is not empty, and not an earlier result of certifix",
           "name a new folder");
  }
  // What must be writable is the nearest folder above that exists.
  fs::path above = path.parent_path();
  while (!fs::exists(above, code) && above.has_relative_path()) above = above.parent_path();
  if (!fs::is_directory(above, code))
    fail(folder, above.string() + " is not a folder", "name another");
  if (access(above.c_str(), W_OK | X_OK) != 0)
    fail(folder, "the folder cannot be made", std::error_code(errno, std::generic_category()));
}

void write_folder(const fs::path& folder, const std::vector<OutputFile>& files) {
  check_destination(folder);
  write_whole(resolved(folder), files);
}

void replace_subfolder(const fs::path& folder, const std::string& name,
                       const std::vector<OutputFile>& files) {
  std::vector<OutputFile> inside;
  for (const OutputFile& file : files) {
    CERTIFIX_CHECK(file.path.rfind(name + "/", 0) == 0, "a file of another folder");
    inside.push_back({file.path.substr(name.size() + 1), file.content});
  }
  write_whole(resolved(folder / name), inside);
}

}  // namespace certifix::cli
