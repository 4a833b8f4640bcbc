#include <algorithm>
#include <cstddef>

#include "certifix/certify/text.hpp"

namespace certifix::certify {
namespace {

using design::AccumulatorMode;
using net::Activation;

std::string format_text(const num::FixedFormat& format) {
  return std::string(format.is_signed ? "signed " : "unsigned ") + std::to_string(format.msb) +
         " " + std::to_string(format.lsb);
}

std::string_view activation_text(Activation activation) {
  switch (activation) {
    case Activation::identity:
      return "identity";
    case Activation::relu:
      return "relu";
  }
  throw Bug(__FILE__, __LINE__, "unknown activation");
}

std::string_view mode_text(AccumulatorMode mode) {
  switch (mode) {
    case AccumulatorMode::exact:
      return "exact";
    case AccumulatorMode::modular:
      return "modular";
  }
  throw Bug(__FILE__, __LINE__, "unknown accumulator mode");
}

// The lines "from": one for each run of terms with the same source.
void append_row(std::string& out, const design::Row& row) {
  std::string lines;
  std::size_t sources = 0;
  for (auto first = row.terms.begin(); first != row.terms.end();) {
    const auto last = std::find_if(first, row.terms.end(), [&](const design::Term& term) {
      return term.source != first->source;
    });
    lines += "from " + std::to_string(first->source) + " " + std::to_string(last - first);
    for (; first != last; ++first)
      lines += " " + std::to_string(first->index) + " " + first->weight.get_str() + " " +
               std::to_string(first->shift);
    lines += "\n";
    ++sources;
  }
  out += "row ";
  out += activation_text(row.activation);
  out += " " + row.bias.get_str() + " " + std::to_string(row.accumulator_lsb) + " " +
         std::to_string(row.accumulator_width) + " ";
  out += mode_text(row.accumulator_mode);
  out += " " + format_text(row.output) + " " + std::to_string(sources) + "\n" + lines;
}

char letter(Role role) {
  switch (role) {
    case Role::keep:
      return 'k';
    case Role::dead:
      return 'd';
    case Role::bypass:
      return 'b';
    case Role::affine:
      return 'a';
  }
  throw Bug(__FILE__, __LINE__, "unknown role");
}

// The leaves of `claims` are plain.
void append_tree(std::string& out, std::string_view keyword, const SplitTree& tree, bool plain) {
  out += keyword;
  out += " " + std::to_string(tree.size()) + "\n";
  for (const auto& node : tree) {
    if (const auto* cut = std::get_if<Cut>(&node)) {
      out += "cut " + std::to_string(cut->input) + " " + num::text(cut->at) + "\n";
      continue;
    }
    out += "leaf";
    const std::vector<check::Neuron>& rows = std::get<Leaf>(node).enumerated;
    if (!plain) out += " " + std::to_string(rows.size());
    for (const check::Neuron& named : rows)
      out += " " + std::to_string(named.block) + " " + std::to_string(named.row);
    out += "\n";
  }
}

void append_roles(std::string& out, const Certificate& certificate) {
  out += "roles " + std::to_string(certificate.roles.size()) + "\n";
  for (const std::vector<Role>& block : certificate.roles) {
    for (const Role role : block) out += letter(role);
    out += "\n";
  }
  if (!certificate.roles.empty()) append_tree(out, "claims", certificate.claims, true);
}

void append_norms(std::string& out, const std::vector<Norm>& norms) {
  out += "norms " + std::to_string(norms.size()) + "\n";
  for (const Norm& norm : norms)
    out += "norm " + std::to_string(norm.block) + " " + std::to_string(norm.source) + " " +
           num::text(norm.sigma) + "\n";
}

}  // namespace

std::string certificate_text(const Certificate& certificate) {
  const design::Design& design = certificate.design;
  std::string out = "certifix-certificate 2\n";
  out += "precision " + std::to_string(certificate.precision.values) + " " +
         std::to_string(certificate.precision.weights) + "\n";
  append_roles(out, certificate);
  out += design.clamp ? "clamp yes\n" : "clamp no\n";
  out += "inputs " + std::to_string(design.inputs.size()) + "\n";
  for (const design::Input& input : design.inputs)
    out += "input " + format_text(input.format) + " " + input.code_min.get_str() + " " +
           input.code_max.get_str() + "\n";
  out += "blocks " + std::to_string(design.blocks.size()) + "\n";
  for (const design::Block& block : design.blocks) {
    out += "block " + std::to_string(block.rows.size()) + "\n";
    for (const design::Row& row : block.rows) append_row(out, row);
  }
  append_norms(out, certificate.norms);
  append_tree(out, "split", certificate.tree, false);
  return out + "end\n";
}

}  // namespace certifix::certify
