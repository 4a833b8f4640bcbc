#include <string_view>
#include <tuple>
#include <utility>

#include "certifix/check/read.hpp"
#include "certifix/check/text_reader.hpp"

namespace certifix::check {
namespace {

using design::AccumulatorMode;
using net::Activation;

// <signedness> <exponent msb> <exponent lsb>
num::FixedFormat read_format(TextReader& reader) {
  num::FixedFormat format;
  format.is_signed = reader.choice({"signed", "unsigned"}) == 0;
  format.msb = reader.exponent();
  format.lsb = reader.exponent();
  if (format.msb < format.lsb) reader.fail("the msb of a format lies below its lsb");
  if (format.width() > kMaxExponent) reader.fail("a format is wider than 4096 bits");
  return format;
}

// input <format> <int code_min> <int code_max>
design::Input read_input(TextReader& reader) {
  reader.keyword("input");
  design::Input input;
  input.format = read_format(reader);
  input.code_min = reader.integer();
  input.code_max = reader.integer();
  if (input.code_min > input.code_max) reader.fail("code_max lies below code_min");
  reader.end_line();
  return input;
}

// from <index source> <count e> <index j> <int weight> <count shift> ...
void read_terms(TextReader& reader, std::vector<design::Term>& terms) {
  reader.keyword("from");
  const auto source = static_cast<std::size_t>(reader.count());
  if (!terms.empty() && terms.back().source == source)
    reader.fail("a source stands in one line of a row");
  const long count = reader.count(1);
  for (long e = 0; e < count; ++e) {
    design::Term term;
    term.source = source;
    term.index = static_cast<std::size_t>(reader.count());
    term.weight = reader.integer();
    if (term.weight == 0) reader.fail("a weight must not be 0");
    term.shift = static_cast<int>(reader.count(0, kMaxExponent));
    terms.push_back(std::move(term));
  }
  reader.end_line();
}

// row <activation> <int bias> <exponent> <count W> <mode> <format> <count g>, then its terms
design::Row read_row(TextReader& reader) {
  reader.keyword("row");
  design::Row row;
  row.activation =
      reader.choice({"identity", "relu"}) == 0 ? Activation::identity : Activation::relu;
  row.bias = reader.integer();
  row.accumulator_lsb = reader.exponent();
  row.accumulator_width = static_cast<int>(reader.count(1, kMaxExponent));
  row.accumulator_mode =
      reader.choice({"exact", "modular"}) == 0 ? AccumulatorMode::exact : AccumulatorMode::modular;
  row.output = read_format(reader);
  const long sources = reader.count();
  reader.end_line();
  for (long g = 0; g < sources; ++g) read_terms(reader, row.terms);
  return row;
}

design::Block read_block(TextReader& reader) {
  const long rows = reader.count_line("block");
  design::Block block;
  for (long i = 0; i < rows; ++i) block.rows.push_back(read_row(reader));
  return block;
}

// <letters>: k keep, d dead, b bypass, a affine; one line a block
std::vector<Role> read_roles(TextReader& reader) {
  std::vector<Role> roles;
  for (const char letter : reader.token("the roles of a block")) {
    switch (letter) {
      case 'k':
        roles.push_back(Role::keep);
        break;
      case 'd':
        roles.push_back(Role::dead);
        break;
      case 'b':
        roles.push_back(Role::bypass);
        break;
      case 'a':
        roles.push_back(Role::affine);
        break;
      default:
        reader.fail("a role is one of the letters k, d, b, a");
    }
  }
  reader.end_line();
  return roles;
}

// <count n> <index block> <index row> ...
std::vector<Neuron> read_neurons(TextReader& reader) {
  std::vector<Neuron> neurons;
  const long count = reader.count(0, kMaxEnumerated);
  for (long n = 0; n < count; ++n) {
    const auto block = static_cast<std::size_t>(reader.count());
    const auto row = static_cast<std::size_t>(reader.count());
    neurons.push_back({block, row});
  }
  return neurons;
}

// <keyword> <count nodes>, then the nodes in preorder. `open` subtrees are still to come. The
// leaves of `claims` are plain, those of `split` name rows.
SplitTree read_tree(TextReader& reader, std::string_view keyword, bool plain) {
  const long nodes = reader.count_line(keyword);
  SplitTree tree;
  long open = 1;
  for (long n = 0; n < nodes; ++n) {
    const bool is_cut = reader.choice({"cut", "leaf"}) == 0;
    if (open == 0) reader.fail("the tree is complete before its last node");
    if (is_cut) {
      Cut cut;
      cut.input = static_cast<std::size_t>(reader.count());
      cut.at = reader.number();
      tree.emplace_back(std::move(cut));
      ++open;
    } else {
      tree.emplace_back(Leaf{plain ? std::vector<Neuron>() : read_neurons(reader)});
      --open;
    }
    if (open > nodes - n - 1) reader.fail("the tree ends before each cut has two halves");
    reader.end_line();
  }
  return tree;
}

// norm <index block> <index source> <number sigma>
Norm read_norm(TextReader& reader, const std::vector<Norm>& before) {
  reader.keyword("norm");
  Norm norm;
  norm.block = static_cast<std::size_t>(reader.count());
  norm.source = static_cast<std::size_t>(reader.count());
  if (!before.empty() &&
      std::tie(before.back().block, before.back().source) >= std::tie(norm.block, norm.source))
    reader.fail("norms must increase in block and source");
  norm.sigma = reader.number();
  if (norm.sigma.sign() <= 0) reader.fail("a norm must be greater than 0");
  reader.end_line();
  return norm;
}

}  // namespace

Certificate read_certificate(std::string_view text) {
  TextReader reader(text, ErrorCode::malformed_certificate, "certificate.txt");
  reader.keyword("certifix-certificate");
  reader.keyword("2");
  reader.end_line();

  Certificate certificate;
  reader.keyword("precision");
  certificate.precision.values = static_cast<int>(reader.count(kMinPrecision, kMaxPrecision));
  certificate.precision.weights = static_cast<int>(reader.count(kMinPrecision, kMaxPrecision));
  reader.end_line();
  const long roles = reader.count_line("roles", 0);
  for (long b = 0; b < roles; ++b) certificate.roles.push_back(read_roles(reader));
  if (roles > 0) certificate.claims = read_tree(reader, "claims", true);

  design::Design& design = certificate.design;
  reader.keyword("clamp");
  design.clamp = reader.choice({"yes", "no"}) == 0;
  reader.end_line();

  const long inputs = reader.count_line("inputs");
  for (long i = 0; i < inputs; ++i) design.inputs.push_back(read_input(reader));
  const long blocks = reader.count_line("blocks");
  for (long b = 0; b < blocks; ++b) design.blocks.push_back(read_block(reader));
  const long norms = reader.count_line("norms", 0);
  for (long n = 0; n < norms; ++n)
    certificate.norms.push_back(read_norm(reader, certificate.norms));
  certificate.tree = read_tree(reader, "split", false);
  reader.line("end");
  reader.end_text();
  return certificate;
}

}  // namespace certifix::check
