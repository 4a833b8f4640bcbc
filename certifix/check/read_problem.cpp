#include <map>
#include <optional>
#include <utility>

#include "certifix/check/read.hpp"
#include "certifix/check/text_reader.hpp"

namespace certifix::check {
namespace {

using net::Activation;
using num::Integer;
using num::Rational;

// The weights of one row from one source, zeros left out.
struct From {
  std::size_t source;
  std::vector<net::Entry> entries;
};

// input <number lower> <number upper> real | grid <exponent F>
void read_input(TextReader& reader, spec::Box& box,
                std::vector<spec::InputConvention>& conventions) {
  reader.keyword("input");
  Rational lower = reader.number();
  Rational upper = reader.number();
  if (lower > upper) reader.fail("the upper end of an input lies below its lower end");
  box.emplace_back(std::move(lower), std::move(upper));
  spec::InputConvention convention;
  if (reader.choice({"real", "grid"}) == 1) convention.fraction_bits = reader.exponent();
  conventions.push_back(convention);
  reader.end_line();
}

// limit <which> <count> | none
std::optional<int> read_limit(TextReader& reader, std::string_view which) {
  reader.keyword("limit");
  reader.keyword(which);
  const std::optional<long> limit = reader.count_or_none();
  reader.end_line();
  if (!limit) return std::nullopt;
  return static_cast<int>(*limit);
}

// from <index source> all <number> ... | some <count e> <index j> <number> ...
From read_from(TextReader& reader, const std::vector<std::size_t>& sizes, std::size_t next_source) {
  reader.keyword("from");
  From from;
  from.source = static_cast<std::size_t>(reader.count());
  if (from.source >= sizes.size()) reader.fail("a row reads blocks before its own only");
  if (from.source < next_source) reader.fail("the sources of a row must increase");
  const std::size_t size = sizes[from.source];
  const bool all = reader.choice({"all", "some"}) == 0;
  const std::size_t form = reader.last_token();
  if (all) {
    for (std::size_t j = 0; j < size; ++j)
      if (Rational w = reader.number(); w.sign() != 0) from.entries.push_back({j, std::move(w)});
  } else {
    const long count = reader.count(1);
    for (long e = 0; e < count; ++e) {
      const auto j = static_cast<std::size_t>(reader.count());
      if (j >= size) reader.fail("the source has no such element");
      if (!from.entries.empty() && from.entries.back().column >= j)
        reader.fail("the elements of a source must increase");
      Rational w = reader.number();
      if (w.sign() == 0) reader.fail("a weight in a list with 'some' must not be 0");
      from.entries.push_back({j, std::move(w)});
    }
  }
  if (from.entries.empty())
    reader.fail_at(form, "a row names a source only if it has a weight other than 0 there");
  if (all != (2 * from.entries.size() >= size))
    reader.fail_at(form,
                   "'all' is for rows with at least half of the weights other than 0, 'some' "
                   "for the others");
  reader.end_line();
  return from;
}

// block <name> <count r>, then its rows. `sizes` are those of the blocks before; `pairs` counts the
// pairs (row, source of its block) so far, which cost memory even where a row does not read a
// source.
net::Block read_block(TextReader& reader, const std::vector<std::size_t>& sizes, long& pairs) {
  reader.keyword("block");
  net::Block block;
  block.origin = {"problem.txt", "line " + std::to_string(reader.line_number())};
  block.name = reader.name();
  const auto rows = static_cast<std::size_t>(reader.count(1));
  reader.end_line();

  // By source, the rows that read it.
  std::map<std::size_t, std::vector<std::pair<std::size_t, std::vector<net::Entry>>>> sources;
  for (std::size_t i = 0; i < rows; ++i) {
    reader.keyword("row");
    block.activation.push_back(reader.choice({"identity", "relu"}) == 0 ? Activation::identity
                                                                        : Activation::relu);
    block.bias.push_back(reader.number());
    const long count = reader.count();
    reader.end_line();
    std::size_t next_source = 0;
    for (long g = 0; g < count; ++g) {
      From from = read_from(reader, sizes, next_source);
      next_source = from.source + 1;
      sources[from.source].emplace_back(i, std::move(from.entries));
    }
  }
  pairs += static_cast<long>(rows * sources.size());
  if (pairs > kMaxCount)
    reader.fail("the rows of this block and the sources they read are too many pairs");
  for (auto& [source, readers] : sources) {
    std::vector<std::vector<net::Entry>> weights(rows);
    for (auto& [row, entries] : readers) weights[row] = std::move(entries);
    readers.clear();
    block.sources.push_back({source, net::Matrix::sparse(sizes[source], weights)});
  }
  return block;
}

net::Network read_network(TextReader& reader, std::string name, std::size_t inputs) {
  const long count = reader.count_line("blocks");
  std::vector<std::size_t> sizes{inputs};
  std::vector<net::Block> blocks;
  long pairs = 0;
  for (long b = 0; b < count; ++b) {
    blocks.push_back(read_block(reader, sizes, pairs));
    sizes.push_back(blocks.back().size());
  }
  return net::Network(std::move(name), inputs, std::move(blocks));
}

// functional <number bound> <number c_0> ...
spec::Functional read_functional(TextReader& reader, std::size_t outputs) {
  reader.keyword("functional");
  spec::Functional functional;
  functional.bound = reader.number();
  if (functional.bound.sign() <= 0) reader.fail("a bound must be greater than 0");
  for (std::size_t o = 0; o < outputs; ++o) functional.coefficients.push_back(reader.number());
  reader.end_line();
  return functional;
}

}  // namespace

spec::Problem read_problem(std::string_view text) {
  TextReader reader(text, ErrorCode::malformed_problem, "problem.txt");
  reader.keyword("certifix-problem");
  reader.keyword("1");
  reader.end_line();
  reader.keyword("name");
  std::string name = reader.name();
  reader.end_line();

  spec::Box box;
  std::vector<spec::InputConvention> conventions;
  const long inputs = reader.count_line("inputs");
  for (long i = 0; i < inputs; ++i) read_input(reader, box, conventions);

  reader.keyword("out-of-range");
  const spec::OutOfRange out_of_range =
      reader.choice({"clamp", "none"}) == 0 ? spec::OutOfRange::clamp : spec::OutOfRange::none;
  reader.end_line();
  const std::optional<int> word = read_limit(reader, "word");
  const std::optional<int> accumulator = read_limit(reader, "accumulator");

  net::Network network = read_network(reader, std::move(name), box.size());

  std::vector<spec::Functional> functionals;
  const long count = reader.count_line("functionals");
  for (long k = 0; k < count; ++k)
    functionals.push_back(read_functional(reader, network.output_count()));
  reader.line("end");
  reader.end_text();
  return {std::move(network), std::move(box),         std::move(conventions),
          out_of_range,       std::move(functionals), {word, accumulator}};
}

}  // namespace certifix::check
