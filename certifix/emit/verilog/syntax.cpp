#include "certifix/emit/verilog/syntax.hpp"

#include <fmt/format.h>

#include "certifix/base/error.hpp"
#include "certifix/emit/text.hpp"
#include "certifix/num/exact/fixed_format.hpp"

namespace certifix::emit::verilog {
namespace {

using num::Integer;

std::string vector_range(int width) { return width == 0 ? "" : fmt::format("[{}:0] ", width - 1); }

bool is_atom(const Expression& e) {
  return e.operation <= Operation::slice || e.operation == Operation::complement ||
         e.operation == Operation::concatenate;
}

std::string atom(const Expression& e) { return is_atom(e) ? print(e) : "(" + print(e) + ")"; }

std::string infix(const Expression& e, const char* sign) {
  return fmt::format("{} {} {}", atom(e.arguments[0]), sign, atom(e.arguments[1]));
}

std::string comment_line(const std::string& indent, const std::string& line) {
  return line.empty() ? indent + "//\n" : fmt::format("{}// {}\n", indent, comment_text(line));
}

struct ItemPrinter {
  std::string& out;

  void operator()(const Comment& item) const {
    if (item.lines.empty()) out += '\n';
    for (const std::string& line : item.lines) out += comment_line("  ", line);
  }
  void operator()(const Parameter& item) const {
    out += fmt::format("  localparam {} = {};\n", item.name, item.value);
  }
  void operator()(const Net& item) const {
    out += fmt::format("  wire {}{}{} = {};", item.is_signed ? "signed " : "",
                       vector_range(item.width), item.name, print(item.value));
    out += item.comment.empty() ? "\n" : "  // " + comment_text(item.comment) + "\n";
  }
  void operator()(const Registers& item) const {
    out += fmt::format("  reg {}{}{};\n", item.is_signed ? "signed " : "", vector_range(item.width),
                       fmt::join(item.names, ", "));
  }
  void operator()(const Assign& item) const {
    out += fmt::format("  assign {} = {};\n", item.name, print(item.value));
  }
  void operator()(const Clocked& item) const {
    out += "  always @(posedge clk)\n";
    if (item.reset) {
      out += fmt::format("    if ({}) begin\n", *item.reset);
      for (const Update& update : item.updates) out += fmt::format("      {} <= 0;\n", update.name);
      out += "    end else ";
    } else {
      out += "    ";
    }
    out += fmt::format("if ({}) begin\n", item.enable);
    for (const Update& update : item.updates)
      out += fmt::format("      {} <= {};\n", update.name, print(update.value));
    out += "    end\n";
  }
  void operator()(const Verbatim& item) const {
    for (const std::string& line : item.lines) out += line.empty() ? "\n" : "  " + line + "\n";
  }
};

}  // namespace

Expression name(std::string text) {
  return {.operation = Operation::name, .text = std::move(text)};
}

Expression literal(const Integer& value, int width, bool is_signed) {
  CERTIFIX_CHECK(is_signed ? num::signed_width(value, value) <= width
                           : value >= 0 && num::bit_length(value) <= width,
                 "a literal fits its width");
  // The most negative number has no positive counterpart of its width.
  const bool lowest = value < 0 && num::bit_length(value) == width;
  std::string text = lowest ? fmt::format("{}'sh{}", width, Integer(-value).get_str(16))
                            : fmt::format("{}{}'{}d{}", value < 0 ? "-" : "", width,
                                          is_signed ? "s" : "", Integer(abs(value)).get_str());
  return {.operation = Operation::literal, .text = std::move(text)};
}

Expression slice(std::string text, int high, int low) {
  return {.operation = Operation::slice, .text = std::move(text), .high = high, .low = low};
}

Expression shifted_left(Expression argument, int amount) {
  if (amount == 0) return argument;
  return {.operation = Operation::shift_left, .high = amount, .arguments = {std::move(argument)}};
}

Expression make(Operation operation, std::vector<Expression> arguments) {
  return {.operation = operation, .arguments = std::move(arguments)};
}

std::string print(const Expression& e) {
  switch (e.operation) {
    case Operation::name:
    case Operation::literal:
      return e.text;
    case Operation::slice:
      return e.high == e.low ? fmt::format("{}[{}]", e.text, e.low)
                             : fmt::format("{}[{}:{}]", e.text, e.high, e.low);
    case Operation::add:
      return infix(e, "+");
    case Operation::bit_or:
      return infix(e, "|");
    case Operation::bit_xor:
      return infix(e, "^");
    case Operation::less:
      return infix(e, "<");
    case Operation::greater:
      return infix(e, ">");
    case Operation::shift_left:
      return fmt::format("{} << {}", atom(e.arguments[0]), e.high);
    case Operation::complement:
      return fmt::format("{{~{}}}", atom(e.arguments[0]));
    case Operation::choose:
      return fmt::format("{} ? {} : {}", atom(e.arguments[0]), atom(e.arguments[1]),
                         atom(e.arguments[2]));
    case Operation::concatenate: {
      std::string text = "{";
      for (const Expression& argument : e.arguments)
        text += (text.size() > 1 ? ", " : "") + print(argument);
      return text + "}";
    }
  }
  throw Bug(__FILE__, __LINE__, "unknown operation");
}

std::string print(const Module& module) {
  std::string out;
  for (const std::string& line : module.comment) out += comment_line("", line);
  out += fmt::format("module {} (\n", module.name);
  for (std::size_t p = 0; p < module.ports.size(); ++p) {
    const Port& port = module.ports[p];
    out += fmt::format("  {} wire {}{}{}", port.is_input ? "input" : "output",
                       vector_range(port.width), port.name, p + 1 < module.ports.size() ? "," : "");
    out += port.comment.empty() ? "\n" : "  // " + comment_text(port.comment) + "\n";
  }
  out += ");\n";
  for (const Item& item : module.items) std::visit(ItemPrinter{out}, item);
  return out + "endmodule\n";
}

}  // namespace certifix::emit::verilog
