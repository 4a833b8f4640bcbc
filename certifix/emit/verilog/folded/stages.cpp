#include "certifix/emit/verilog/folded/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "certifix/base/error.hpp"

namespace certifix::emit::folded {

std::string Stages::later(const std::string& name, int stages) {
  const auto signal = signals_.find(name);
  CERTIFIX_CHECK(signal != signals_.end(), "a signal of the program");
  signal->second.most = std::max(signal->second.most, stages);
  return stages == 0 ? name : fmt::format("{}_d{}", name, stages);
}

ItemList Stages::registers() const {
  ItemList items;
  items.comment({});
  items.comment({"These signals in later stages."});
  std::vector<verilog::Update> plain;
  std::vector<verilog::Update> cleared;
  for (const auto& [name, signal] : signals_) {
    verilog::Registers registers{false, signal.width, {}};
    std::string before = name;
    for (int stage = 1; stage <= signal.most; ++stage) {
      registers.names.push_back(fmt::format("{}_d{}", name, stage));
      (signal.is_flag ? cleared : plain).push_back({registers.names.back(), verilog::name(before)});
      before = registers.names.back();
    }
    if (!registers.names.empty()) items.add(std::move(registers));
  }
  if (!plain.empty()) items.add(verilog::Clocked{"1'b1", std::nullopt, std::move(plain)});
  if (!cleared.empty()) items.add(verilog::Clocked{"1'b1", "reset", std::move(cleared)});
  return items;
}

}  // namespace certifix::emit::folded
