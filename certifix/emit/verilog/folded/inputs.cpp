// What enters: a register for each input that is read.
#include <fmt/format.h>

#include <optional>

#include "certifix/emit/verilog/folded/parts.hpp"
#include "certifix/emit/verilog/verilog_writers.hpp"

namespace certifix::emit::folded {
namespace {

// The code in register x, saturated to its range.
std::string clamped(const design::Design& design, std::size_t i) {
  const design::Input& input = design.inputs[i];
  const int width = input.format.width();
  std::string value = fmt::format("x{}", i);
  if (!design.clamp) return value;
  const auto saturate = [&](const char* comparison, const num::Integer& code) {
    const std::string end = print(verilog::literal(code, width, input.format.is_signed));
    value = fmt::format("x{} {} {} ? {} : {}", i, comparison, end, end,
                        value.find(' ') == std::string::npos ? value : "(" + value + ")");
  };
  if (input.format.max_code() > input.code_max) saturate(">", input.code_max);
  if (input.format.min_code() < input.code_min) saturate("<", input.code_min);
  return value;
}

}  // namespace

ItemList input_registers(const Circuit& circuit) {
  const design::Design& design = circuit.design;
  ItemList items;
  items.comment({});
  int low = 0;
  std::vector<verilog::Update> updates;
  for (std::size_t i = 0; i < design.inputs.size(); ++i) {
    const design::Input& input = design.inputs[i];
    const netlist::StoredElement& element = circuit.alignment.elements[0][i];
    const bool is_stored = element.live && !circuit.plan.passes.empty();
    const int width = input.format.width();
    items.comment({verilog_input_comment(design, i, low) + (is_stored ? "" : "; not read")});
    if (is_stored) {
      const std::string sign = input.format.is_signed ? "signed " : "";
      const std::string code = clamped(design, i);
      items.text({fmt::format("reg {}[{}:0] x{};", sign, width - 1, i)});
      items.text(
          {fmt::format("wire {}[CODE-1:0] x{}_word = {};", sign, i,
                       element.up == 0 ? code : fmt::format("({}) << {}", code, element.up))});
      updates.push_back({fmt::format("x{}", i), verilog::slice("in_data", low + width - 1, low)});
    }
    low += width;
  }
  if (!updates.empty()) items.add(verilog::Clocked{"take", std::nullopt, std::move(updates)});
  return items;
}

}  // namespace certifix::emit::folded
