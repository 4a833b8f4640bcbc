#include "certifix/check/rewrite.hpp"

#include <map>
#include <string>
#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/check/form.hpp"
#include "certifix/check/leaves.hpp"
#include "certifix/check/ranges.hpp"

namespace certifix::check {
namespace {

using net::Activation;

// Coefficients of composed rows beyond as many as f has: a bound on memory.
constexpr std::size_t kMostComposed = 2'000'000;

bool stays(Role role) { return role == Role::keep || role == Role::affine; }

// R-CLAIM: what is wrong with a role, z of the row lying in `z`.
std::optional<std::string> refuted(Activation activation, Role role, const Range& z) {
  if (role == Role::keep || activation == Activation::identity) return std::nullopt;
  if (role == Role::dead)
    return z.upper <= 0 ? std::nullopt : std::optional<std::string>("it is not proven to be dead");
  return z.lower >= 0 ? std::nullopt
                      : std::optional<std::string>("it is not proven to stay above 0");
}

// An affine expression over elements of f, numbered through as in grid_network.hpp:
// (constant + sum of coefficient * element) / denominator.
struct Affine {
  Integer constant = 0;
  Integer denominator = 1;
  std::map<std::size_t, Integer> coefficients;  // none is 0
};

Affine itself(std::size_t element) { return {0, 1, {{element, 1}}}; }
Affine constant(const Rational& value) { return {value.numerator(), value.denominator(), {}}; }

// R-REWRITE. Sums are taken in integers over one denominator a row; only what enters g is brought
// to lowest terms.
class Rewrite {
 public:
  Rewrite(const net::Network& f, const spec::Box& box, const Roles& roles)
      : f_(f), roles_(roles), starts_{0} {
    for (std::size_t b = 0; b < f.block_count(); ++b) starts_.push_back(starts_.back() + f.size(b));
    for (std::size_t i = 0; i < f.input_count(); ++i)
      expression_.push_back(box[i].is_point() ? constant(box[i].lower()) : itself(i));
    composed_.resize(f.input_count());
    room_ = net::multiplication_count(f) + kMostComposed;
    for (std::size_t b = 1; b < f.block_count() && fits_; ++b) add_block(b);
    if (fits_) mark_read();
  }

  bool fits() const { return fits_; }

  net::Network network() const {
    std::vector<net::Block> blocks;
    std::vector<Place> places(starts_.back());
    for (std::size_t i = 0; i < f_.input_count(); ++i) places[i] = {0, i};
    for (std::size_t b = 1; b < f_.block_count(); ++b) {
      std::vector<std::size_t> rows;  // of f that become the new block
      for (std::size_t i = 0; i < f_.size(b); ++i) {
        if (!stays(role(b, i)) || !read_[starts_[b] + i]) continue;
        places[starts_[b] + i] = {blocks.size() + 1, rows.size()};
        rows.push_back(i);
      }
      if (!rows.empty()) blocks.push_back(new_block(b, rows, blocks, places));
    }
    return net::Network(f_.name(), f_.input_count(), std::move(blocks));
  }

 private:
  struct Place {  // in g
    std::size_t block;
    std::size_t row;
  };

  Role role(std::size_t block, std::size_t row) const { return roles_[block - 1][row]; }

  void add_block(std::size_t b) {
    for (std::size_t i = 0; i < f_.size(b); ++i) {
      const Role r = role(b, i);
      Affine row = r == Role::dead ? Affine{} : composed(f_.block(b), i);
      fits_ = row.coefficients.size() <= room_;
      if (!fits_) return;
      room_ -= row.coefficients.size();
      if (stays(r)) {
        expression_.push_back(itself(starts_[b] + i));
        composed_.push_back(std::move(row));
      } else {
        expression_.push_back(std::move(row));
        composed_.emplace_back();
      }
    }
  }

  // bias + sum of w * (expression of what it multiplies).
  Affine composed(const net::Block& block, std::size_t i) const {
    Affine row = constant(block.bias[i]);
    const auto make_multiple = [&](const Integer& of) {
      if (mpz_divisible_p(row.denominator.get_mpz_t(), of.get_mpz_t())) return;
      const Integer before = row.denominator;
      mpz_lcm(row.denominator.get_mpz_t(), before.get_mpz_t(), of.get_mpz_t());
      row.constant *= row.denominator / before;
    };
    const auto each_term = [&](auto use) {
      for (const net::Source& source : block.sources)
        for (const net::Entry& entry : source.weights.row(i))
          use(entry.value, expression_[starts_[source.block] + entry.column]);
    };
    each_term([&](const Rational& w, const Affine& read) {
      make_multiple(w.denominator() * read.denominator);
    });
    each_term([&](const Rational& w, const Affine& read) {
      const Integer factor =
          w.numerator() * Integer(row.denominator / (w.denominator() * read.denominator));
      add_product(row.constant, factor, read.constant);
      for (const auto& [element, coefficient] : read.coefficients)
        add_product(row.coefficients[element], factor, coefficient);
    });
    std::erase_if(row.coefficients, [](const auto& term) { return term.second == 0; });
    return row;
  }

  void mark_read() {
    read_.resize(starts_.back());
    for (std::size_t e = starts_.back(); e-- > f_.input_count();) {
      if (e >= starts_.back() - f_.output_count()) read_[e] = true;
      if (!read_[e]) continue;
      for (const auto& [element, coefficient] : composed_[e].coefficients) read_[element] = true;
    }
  }

  // The rows of block b of f, as the block of g that follows `earlier`.
  net::Block new_block(std::size_t b, const std::vector<std::size_t>& rows,
                       const std::vector<net::Block>& earlier,
                       const std::vector<Place>& places) const {
    const net::Block& old = f_.block(b);
    net::Block block{old.name, {}, {}, {}, old.origin};
    // By source, the entries of each row.
    std::map<std::size_t, std::vector<std::vector<net::Entry>>> sources;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const Affine& row = composed_[starts_[b] + rows[k]];
      const bool affine = role(b, rows[k]) == Role::affine;
      block.activation.push_back(affine ? Activation::identity : old.activation[rows[k]]);
      block.bias.emplace_back(row.constant, row.denominator);
      for (const auto& [element, coefficient] : row.coefficients) {
        auto& entries = sources[places[element].block];
        entries.resize(rows.size());
        entries[k].push_back({places[element].row, Rational(coefficient, row.denominator)});
      }
    }
    for (const auto& [source, entries] : sources) {
      const std::size_t columns = source == 0 ? f_.input_count() : earlier[source - 1].size();
      block.sources.push_back({source, net::Matrix::sparse(columns, entries)});
    }
    return block;
  }

  const net::Network& f_;
  const Roles& roles_;
  std::vector<std::size_t> starts_;
  std::vector<Affine> expression_;  // by element
  std::vector<Affine> composed_;    // by element; empty unless the row stays
  std::vector<bool> read_;          // by element
  std::size_t room_ = 0;            // for coefficients of composed rows
  bool fits_ = true;
};

// Everything after the last row with a claim need not be bounded.
std::size_t blocks_with_claims(const Roles& roles) {
  std::size_t blocks = roles.size();
  while (blocks > 0 &&
         std::ranges::count(roles[blocks - 1], Role::keep) == std::ssize(roles[blocks - 1]))
    --blocks;
  return blocks;
}

}  // namespace

std::optional<Rejected> check_roles(const net::Network& f, const Roles& roles) {
  if (roles.size() + 1 != f.block_count())
    return Rejected{
        Rule::role, "roles",
        std::to_string(roles.size()) + " blocks instead of " + std::to_string(f.block_count() - 1)};
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    if (roles[b - 1].size() != f.size(b))
      return Rejected{
          Rule::role, "roles of block " + std::to_string(b),
          std::to_string(roles[b - 1].size()) + " rows instead of " + std::to_string(f.size(b))};
    for (std::size_t i = 0; i < f.size(b); ++i) {
      const Role role = roles[b - 1][i];
      if (f.block(b).activation[i] == Activation::identity && role != Role::keep &&
          role != Role::bypass)
        return Rejected{Rule::role, row_name(b, i), "an identity row is kept or bypassed"};
      if (b + 1 == f.block_count() && !stays(role))
        return Rejected{Rule::role, row_name(b, i), "an output stays"};
    }
  }
  return std::nullopt;
}

std::optional<Rejected> prove_claims(const spec::Problem& problem, const Certificate& certificate,
                                     unsigned threads) {
  const GridNetwork network(problem.network, certificate.precision);
  const std::size_t blocks = blocks_with_claims(certificate.roles);
  const auto prover = [&]() -> LeafProver {
    return [&, ranges = BlockRanges<Integer>(network), state = LeafState(network.elements())](
               const LeafJob& leaf) mutable -> std::optional<Rejected> {
      for (std::size_t i = 0; i < leaf.box.size(); ++i)
        state[i].value = input_range(leaf.box[i], network.precision.values);
      for (std::size_t b = 1; b <= blocks; ++b) {
        ranges.bound(b, state);
        for (std::size_t i = 0; i < network.size(b); ++i)
          if (const auto detail =
                  refuted(problem.network.block(b).activation[i], certificate.roles[b - 1][i],
                          state[network.starts[b] + i].before))
            return Rejected{Rule::claim, row_name(b, i), *detail};
      }
      return std::nullopt;
    };
  };
  auto no = prove_on_leaves(certificate.claims, problem.box, threads, prover);
  if (no) no->where += " of the claims";
  return no;
}

std::variant<net::Network, Rejected> rewrite(const net::Network& f, const spec::Box& box,
                                             const Roles& roles) {
  const Rewrite rewrite(f, box, roles);
  if (!rewrite.fits()) return Rejected{Rule::role, "roles", "the composed rows are too long"};
  return rewrite.network();
}

}  // namespace certifix::check
