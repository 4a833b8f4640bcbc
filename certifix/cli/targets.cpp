#include "certifix/cli/targets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "certifix/base/error.hpp"
#include "certifix/cli/command_line.hpp"
#include "certifix/cli/options.hpp"

namespace certifix::cli {

std::vector<emit::Target> parse_targets(const std::string& text) {
  std::vector<emit::Target> targets;
  for (const std::string& word : split(text, ',')) {
    emit::Target target = emit::Target::c;
    if (word == "hls") {
      target = emit::Target::hls;
    } else if (word == "verilog") {
      refuse_later("--target verilog");
    } else if (word != "c") {
      throw Error(ErrorCode::usage, fmt::format("--target: '{}' is not a target", word), {},
                  "targets are c and hls, separated by commas");
    }
    if (std::find(targets.begin(), targets.end(), target) != targets.end())
      throw Error(ErrorCode::usage, fmt::format("--target: '{}' is named twice", word));
    targets.push_back(target);
  }
  return targets;
}

std::vector<OutputFile> emit_target(emit::Target target,
                                    const check::Verified<check::Subject>& subject) {
  std::vector<OutputFile> files;
  for (emit::File& file : emit::emit(subject, target))
    files.push_back({std::move(file.path), std::move(file.content)});
  return files;
}

}  // namespace certifix::cli
