// Good certificates, changed at random: what certifix-check accepts of them must be true, at exact
// points and under attack, and every rule must have been reached.
//
// 3,000 mutants by default. CERTIFIX_MUTANTS sets their number, and CERTIFIX_MUTANTS_DIR names a
// folder for the accepted ones, so that another checker can be held to them:
//   CERTIFIX_MUTANTS=10000 CERTIFIX_MUTANTS_DIR=/tmp/mutants certificate_mutants_test
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "certifix/attack/attack.hpp"
#include "certifix/certify/text.hpp"
#include "certifix/check/read.hpp"
#include "tests/property/check_judge.hpp"

namespace certifix::check {
namespace {

using num::Rational;
using test::Random;
using test::RandomPair;

std::size_t index(Random& random, std::size_t size) {
  return static_cast<std::size_t>(random.between(0, static_cast<int>(size) - 1));
}
template <class Items>
auto& any(Random& random, Items& items) {
  return items[index(random, std::size(items))];
}
int up_or_down(Random& random) { return random.chance(50) ? 1 : -1; }

// A random pair with nothing to spare: bounds are what is proven, widths and limits what is needed.
RandomPair tight_pair(std::uint64_t seed) {
  RandomPair pair = test::random_pair(seed);
  Random random(~seed);
  const auto accepted = std::get<Accepted>(test::verdict(pair));
  for (std::size_t k = 0; k < pair.problem.functionals.size(); ++k)
    pair.problem.functionals[k].bound =
        std::max(accepted.theorem.proven[k], num::power_of_two(-20));
  test::narrow_widths(pair, random);
  const Theorem theorem = std::get<Accepted>(test::verdict(pair)).theorem;
  pair.problem.limits = {theorem.max_word, theorem.max_accumulator};
  return pair;
}

// Structured mutations (claims twice: they are refuted rarely): each changes one thing in one
// place, and may find nothing to change.
using Mutation = void (*)(Random&, spec::Problem&, Certificate&);

design::Row& any_row(Random& random, Certificate& c) {
  return any(random, any(random, c.design.blocks).rows);
}

void change_role(Random& random, spec::Problem& p, Certificate& c) {
  if (c.roles.empty())
    for (std::size_t b = 1; b < p.network.block_count(); ++b)
      c.roles.emplace_back(p.network.size(b), Role::keep);
  if (random.chance(10)) return c.roles.back().push_back(Role::keep);
  any(random, any(random, c.roles)) = static_cast<Role>(random.between(0, 3));
}

void change_shape(Random& random, spec::Problem&, Certificate& c) {
  design::Block& block = any(random, c.design.blocks);
  switch (random.between(0, 3)) {
    case 0:
      block.rows.push_back(block.rows.back());
      break;
    case 1:
      c.design.blocks.push_back(block);
      break;
    case 2:
      c.norms = {{index(random, 4), index(random, 4), 1000}};
      break;
    default:
      design::Row& row = any(random, block.rows);
      row.activation = row.activation == net::Activation::relu ? net::Activation::identity
                                                               : net::Activation::relu;
  }
}

void change_wiring(Random& random, spec::Problem&, Certificate& c) {
  design::Row& row = any_row(random, c);
  if (row.terms.empty()) return row.terms.push_back({index(random, 3), index(random, 3), 1, 0});
  switch (random.between(0, 2)) {
    case 0:
      std::swap(row.terms.front(), any(random, row.terms));
      break;
    case 1:
      any(random, row.terms).source += 1;
      break;
    default:
      any(random, row.terms).index += 1;
  }
}

void change_convention(Random& random, spec::Problem& p, Certificate&) {
  const std::size_t i = index(random, p.inputs.size());
  auto& bits = p.inputs[i].fraction_bits;
  if (random.chance(40)) {
    p.box[i] = num::Interval(Rational(1, 3), Rational(2, 5));
    bits = random.between(-2, 5);
  } else if (!bits) {
    bits = random.between(-3, 8);
  } else if (random.chance(30)) {
    bits.reset();
  } else {
    *bits += up_or_down(random);
  }
}

void change_codes(Random& random, spec::Problem&, Certificate& c) {
  design::Input& input = any(random, c.design.inputs);
  (random.chance(50) ? input.code_min : input.code_max) += up_or_down(random);
}

void change_clamp(Random& random, spec::Problem& p, Certificate& c) {
  const bool clamp = random.chance(50);
  if (random.chance(60)) c.design.clamp = clamp;
  if (random.chance(60)) p.out_of_range = clamp ? spec::OutOfRange::clamp : spec::OutOfRange::none;
}

void change_format(Random& random, num::FixedFormat& format) {
  if (random.chance(40))
    format.is_signed = !format.is_signed;
  else
    format.msb += up_or_down(random);
}
void change_input_format(Random& random, spec::Problem& p, Certificate& c) {
  if (random.chance(50)) p.limits.word.reset();
  change_format(random, any(random, c.design.inputs).format);
}
void change_output_format(Random& random, spec::Problem& p, Certificate& c) {
  if (random.chance(50)) p.limits.word.reset();
  change_format(random, any_row(random, c).output);
}

void change_precision(Random& random, spec::Problem& p, Certificate& c) {
  if (random.chance(70)) {  // an output or an input whose half ulp may lie between the grid points
    p.limits = {};
    const int lsb = random.between(0, 1) - c.precision.values;
    (random.chance(70) ? any_row(random, c).output : any(random, c.design.inputs).format).lsb = lsb;
    return;
  }
  int& bits = random.chance(50) ? c.precision.values : c.precision.weights;
  bits += random.chance(70) ? -random.between(1, 8) : random.between(1, 40);
}

void change_norm(Random& random, spec::Problem&, Certificate& c) {
  if (c.norms.empty()) {
    const std::size_t block = 1 + index(random, c.design.blocks.size());
    c.norms.push_back({block, index(random, block), Rational(1, 2)});
  }
  Rational& sigma = any(random, c.norms).sigma;
  sigma *= Rational(1) + up_or_down(random) * num::power_of_two(-random.between(1, 20));
}

void change_tree(Random& random, const spec::Problem& p, SplitTree& tree) {
  std::vector<Cut*> cuts;
  for (auto& node : tree)
    if (auto* cut = std::get_if<Cut>(&node)) cuts.push_back(cut);
  if (cuts.empty() || random.chance(15)) {
    const std::size_t i = index(random, p.box.size());
    const Rational width = p.box[i].upper() - p.box[i].lower();
    tree = {Cut{i, p.box[i].lower() + width * Rational(random.between(-1, 5), 4)}, Leaf{}, Leaf{}};
    return;
  }
  if (random.chance(10)) {
    tree = {Leaf{}};
    return;
  }
  Cut& cut = *any(random, cuts);
  if (random.chance(20))
    cut.input = index(random, p.box.size() + 1);
  else
    cut.at += up_or_down(random) * num::power_of_two(random.between(-6, 1));
}
void change_split(Random& random, spec::Problem& p, Certificate& c) {
  change_tree(random, p, c.tree);
}

// Moves the bias of a row of the network.
void move_bias(spec::Problem& p, std::size_t block, std::size_t row, const Rational& by) {
  std::vector<net::Block> blocks;
  for (std::size_t b = 1; b < p.network.block_count(); ++b) blocks.push_back(p.network.block(b));
  blocks[block - 1].bias[row] += by;
  p.network = net::Network(p.network.name(), p.network.input_count(), std::move(blocks));
}
void change_network(Random& random, spec::Problem& p, Certificate&) {
  const std::size_t block = 1 + index(random, p.network.block_count() - 1);
  move_bias(p, block, index(random, p.network.size(block)),
            up_or_down(random) * num::power_of_two(-random.between(1, 60)));
}

// Other leaves, or a row whose role is hardly true any more.
void change_claims(Random& random, spec::Problem& p, Certificate& c) {
  std::vector<Neuron> claimed;
  for (std::size_t b = 0; b < c.roles.size(); ++b)
    for (std::size_t i = 0; i < c.roles[b].size(); ++i)
      if (c.roles[b][i] != Role::keep &&
          p.network.block(b + 1).activation[i] == net::Activation::relu)
        claimed.push_back({b + 1, i});
  if (claimed.empty()) return change_network(random, p, c);
  if (random.chance(30)) return change_tree(random, p, c.claims);
  const Neuron& row = any(random, claimed);
  const bool dead = c.roles[row.block - 1][row.row] == Role::dead;
  move_bias(p, row.block, row.row, random.between(-1, 6) * (dead ? 1 : -1));
}

void change_named_rows(Random& random, spec::Problem&, Certificate& c) {
  for (auto& node : c.tree) {
    auto* leaf = std::get_if<Leaf>(&node);
    if (leaf == nullptr || random.chance(50)) continue;
    if (random.chance(30)) leaf->enumerated.clear();
    leaf->enumerated.push_back({1 + index(random, c.design.blocks.size()), index(random, 2)});
  }
}

void change_accumulator(Random& random, spec::Problem& p, Certificate& c) {
  if (random.chance(50)) p.limits.accumulator.reset();
  design::Row& row = any_row(random, c);
  using Mode = design::AccumulatorMode;
  if (random.chance(25))
    row.accumulator_mode = row.accumulator_mode == Mode::exact ? Mode::modular : Mode::exact;
  else
    row.accumulator_width += up_or_down(random);
}

void change_limits(Random& random, spec::Problem& p, Certificate& c) {
  std::optional<int>& limit = random.chance(50) ? p.limits.word : p.limits.accumulator;
  if (!limit || random.chance(20))
    limit = random.between(1, 16);
  else
    *limit += up_or_down(random);
  if (random.chance(30)) change_accumulator(random, p, c);
}

void change_bound(Random& random, spec::Problem& p, Certificate&) {
  spec::Functional& functional = any(random, p.functionals);
  if (random.chance(30))
    any(random, functional.coefficients) += Rational(random.between(-2, 2), 3);
  else
    functional.bound *=
        Rational(1) + up_or_down(random) * num::power_of_two(-random.between(1, 60));
}

void change_integers(Random& random, spec::Problem& p, Certificate& c) {
  if (random.chance(50)) p.limits = {};
  if (random.chance(50))
    for (spec::Functional& functional : p.functionals) functional.bound *= 2;
  design::Row& row = any_row(random, c);
  if (row.terms.empty() || random.chance(30)) {
    row.bias += up_or_down(random);
    return;
  }
  design::Term& term = any(random, row.terms);
  switch (random.between(0, 3)) {
    case 0:
      term.weight += up_or_down(random);
      break;
    case 1:
      term.shift += up_or_down(random);
      break;
    case 2:
      row.output.lsb += up_or_down(random);
      break;
    default:
      row.accumulator_lsb += up_or_down(random);
  }
}

constexpr Mutation kMutations[] = {
    change_claims, change_role,  change_shape,        change_wiring,        change_convention,
    change_codes,  change_clamp, change_input_format, change_output_format, change_precision,
    change_norm,   change_split, change_claims,       change_named_rows,    change_accumulator,
    change_limits, change_bound, change_integers,     change_network};

// Mutations of the text: a token becomes another of the same text, a digit another digit, a line
// goes, comes twice or changes places with the next.
std::string changed_text(Random& random, const std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    lines.emplace_back();
    for (std::string word; words >> word;) lines.back().push_back(word);
  }
  const std::size_t at = index(random, lines.size());
  std::string& token = any(random, lines[at]);
  const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
  const int kind = random.between(0, 19);
  if (kind == 0)
    lines.erase(place);
  else if (kind == 1)
    lines.insert(place, std::vector<std::string>(lines[at]));
  else if (kind == 2)
    std::swap(lines[at], lines[std::min(at + 1, lines.size() - 1)]);
  else if (kind < 9)
    token = any(random, any(random, lines));
  else if (const std::size_t digit = token.find_first_of("0123456789"); digit != std::string::npos)
    token[digit] = static_cast<char>('0' + random.between(0, 9));
  std::string result;
  for (const auto& line : lines)
    for (std::size_t k = 0; k < line.size(); ++k)
      result += line[k] + (k + 1 == line.size() ? "\n" : " ");
  return result;
}

struct Texts {
  std::string problem, certificate;
  friend bool operator==(const Texts&, const Texts&) = default;
};

Texts texts(const spec::Problem& problem, const Certificate& certificate) {
  return {certify::problem_text(problem), certify::certificate_text(certificate)};
}

Texts mutant(Random& random, const RandomPair& good) {
  if (random.chance(25)) {
    Texts result = texts(good.problem, good.certificate);
    std::string& text = random.chance(40) ? result.problem : result.certificate;
    text = changed_text(random, text);
    return result;
  }
  spec::Problem problem = good.problem;
  Certificate certificate = good.certificate;
  const int changes = random.chance(80) ? 1 : 2;
  for (int k = 0; k < changes; ++k) any(random, kMutations)(random, problem, certificate);
  return texts(problem, certificate);
}

// What is wrong with a theorem: at points of the box, and where attack finds the largest error.
std::string refuted(Random& random, const Texts& texts, const Accepted& accepted) {
  const RandomPair pair{read_problem(texts.problem), accepted.subject->implemented,
                        read_certificate(texts.certificate)};
  for (std::size_t k = 0; k < pair.problem.functionals.size(); ++k)
    if (accepted.theorem.proven[k] > pair.problem.functionals[k].bound)
      return "more is proven than promised";
  for (const auto& x : test::points(pair, pair.problem.box, random, 60)) {
    if (auto no = test::error_at(pair, accepted.theorem.proven, x); !no.empty()) return no;
    if (auto no = test::overflow_at(pair.certificate.design, x); !no.empty()) return no;
  }
  const attack::Result found =
      attack::attack(pair.problem, accepted.subject->design,
                     {.evaluations = 300, .seed = random.bits(), .confirmed = 10});
  if (found.overflow) return "attack finds an overflow: " + found.overflow->what;
  return found.broken() ? "attack finds a larger error" : "";
}

void write(const std::filesystem::path& folder, const Texts& texts) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "problem.txt") << texts.problem;
  std::ofstream(folder / "certificate.txt") << texts.certificate;
}

// Which end a mutant comes to: accepted, malformed or a rule.
std::string outcome(Random& random, int number, const Texts& texts, const char* folder) {
  try {
    const Verdict verdict = verify(texts.problem, texts.certificate);
    if (const auto* no = std::get_if<Rejected>(&verdict)) return std::string(id(no->rule));
    if (folder != nullptr) write(std::filesystem::path(folder) / std::to_string(number), texts);
    EXPECT_EQ(refuted(random, texts, std::get<Accepted>(verdict)), "")
        << texts.problem << texts.certificate;
    return "accepted";
  } catch (const Error& error) {
    EXPECT_TRUE(error.code() == ErrorCode::malformed_problem ||
                error.code() == ErrorCode::malformed_certificate)
        << error.what();
    return "malformed";
  }
}

TEST(CertificateMutants, WhatIsAcceptedIsTrueAndEveryRuleIsReached) {
  constexpr int kPerPair = 80;
  const char* number = std::getenv("CERTIFIX_MUTANTS");
  const char* folder = std::getenv("CERTIFIX_MUTANTS_DIR");
  const int mutants = number != nullptr ? std::stoi(number) : 3000;
  std::map<std::string, int> outcomes;
  Random random(20261125);
  RandomPair good = tight_pair(0);
  for (int n = 0; n < mutants; ++n) {
    if (n % kPerPair == 0) good = tight_pair(static_cast<std::uint64_t>(n / kPerPair));
    Texts texts = mutant(random, good);
    while (texts == check::texts(good.problem, good.certificate)) texts = mutant(random, good);
    ++outcomes[outcome(random, n, texts, folder)];
  }
  for (const auto& [name, count] : outcomes) std::cout << name << " " << count << "\n";
  EXPECT_LE(outcomes["malformed"], mutants / 2);
  EXPECT_GE(outcomes["accepted"], mutants / 100);
#define CERTIFIX_RULE_REACHED(name, id, statement) EXPECT_GE(outcomes[id], mutants / 100) << id;
  CERTIFIX_RULES(CERTIFIX_RULE_REACHED)
#undef CERTIFIX_RULE_REACHED
}

}  // namespace
}  // namespace certifix::check
