// Composition runs in integers over common denominators: the weights of a row over their own, the
// expressions of a block over theirs. Only what enters the new network is brought to lowest terms.
// For weights that are doubles all denominators are powers of two.
#include "certifix/simplify/rewrite.hpp"

#include <algorithm>
#include <utility>

namespace certifix::simplify {
namespace {

using num::Integer;
using num::Rational;

// One coefficient on a reference: inputs are 0 .. n - 1, then the keep and affine rows in order.
struct Term {
  std::size_t reference;
  Integer coefficient;
};

// (constant + sum of coefficient * reference) / denominator; the denominator stands elsewhere.
struct Expression {
  Integer constant = 0;
  std::vector<Term> terms;  // increasing in reference, no coefficient 0
};

struct ExpressionBlock {
  std::vector<Expression> elements;
  Integer denominator = 1;  // of all of them
};

struct ComposedRow {
  Expression expression;
  Integer denominator = 1;
};

void make_multiple(Integer& a, const Integer& of) {
  if (!mpz_divisible_p(a.get_mpz_t(), of.get_mpz_t()))
    mpz_lcm(a.get_mpz_t(), a.get_mpz_t(), of.get_mpz_t());
}

bool stays(Role role) { return role == Role::keep || role == Role::affine; }

void check_claims(const net::Network& f, const spec::Box& box, const Claims& claims) {
  CERTIFIX_CHECK(box.size() == f.input_count(), "one interval an input");
  CERTIFIX_CHECK(claims.role.size() + 1 == f.block_count(), "claims for every block");
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    CERTIFIX_CHECK(claims.role[b - 1].size() == f.size(b), "one role a row");
    for (std::size_t i = 0; i < f.size(b); ++i) {
      const Role role = claims.of(b, i);
      CERTIFIX_CHECK(stays(role) || b + 1 < f.block_count(), "outputs stay");
      CERTIFIX_CHECK(role == Role::keep || role == Role::bypass ||
                         f.block(b).activation[i] == net::Activation::relu,
                     "only a relu can be dead or become affine");
    }
  }
}

class Composition {
 public:
  Composition(const net::Network& f, const spec::Box& box, const Claims& claims)
      : f_(f), claims_(claims), references_(f.input_count()) {
    for (std::size_t b = 1; b < f.block_count(); ++b)
      for (const Role role : claims.role[b - 1]) references_ += stays(role) ? 1 : 0;
    sum_.resize(references_);
    touched_.resize(references_);
    add_inputs(box);
    for (std::size_t b = 1; b < f.block_count(); ++b) add_block(b);
  }

  std::size_t reference_count() const { return references_; }
  // Composed rows of the references from the input count on.
  const std::vector<ComposedRow>& rows() const { return rows_; }

 private:
  void add_inputs(const spec::Box& box) {
    ExpressionBlock& inputs = blocks_.emplace_back();
    for (const num::Interval& side : box)
      if (side.is_point()) make_multiple(inputs.denominator, side.lower().denominator());
    for (std::size_t j = 0; j < box.size(); ++j) {
      Expression& expression = inputs.elements.emplace_back();
      if (box[j].is_point()) {
        const Rational& value = box[j].lower();
        expression.constant = value.numerator() * (inputs.denominator / value.denominator());
      } else {
        expression.terms.push_back({j, inputs.denominator});
      }
    }
  }

  void add_block(std::size_t b) {
    std::vector<ComposedRow> bypassed(f_.size(b));
    Integer denominator = 1;
    for (std::size_t i = 0; i < f_.size(b); ++i) {
      const Role role = claims_.of(b, i);
      if (role == Role::dead) continue;
      ComposedRow row = compose(f_.block(b), i);
      if (role == Role::bypass) {
        make_multiple(denominator, row.denominator);
        bypassed[i] = std::move(row);
      } else {
        rows_.push_back(std::move(row));
      }
    }
    ExpressionBlock block;
    std::size_t reference = f_.input_count() + rows_.size();
    for (std::size_t i = f_.size(b); i-- > 0;)
      if (stays(claims_.of(b, i))) --reference;
    for (std::size_t i = 0; i < f_.size(b); ++i) {
      Expression expression = std::move(bypassed[i].expression);
      if (stays(claims_.of(b, i))) {
        expression.terms.push_back({reference++, denominator});
      } else if (claims_.of(b, i) == Role::bypass) {
        const Integer factor = denominator / bypassed[i].denominator;
        if (factor != 1) {
          expression.constant *= factor;
          for (Term& term : expression.terms) term.coefficient *= factor;
        }
      }
      block.elements.push_back(std::move(expression));
    }
    block.denominator = std::move(denominator);
    blocks_.push_back(std::move(block));
  }

  ComposedRow compose(const net::Block& block, std::size_t i) {
    // Weights are integers over `weights`, expressions over `expressions`.
    Integer weights = block.bias[i].denominator();
    Integer expressions = 1;
    for (const net::Source& source : block.sources) {
      for (const net::Entry& entry : source.weights.row(i))
        make_multiple(weights, entry.value.denominator());
      make_multiple(expressions, blocks_[source.block].denominator);
    }
    ComposedRow row;
    row.denominator = weights * expressions;
    Integer& constant = row.expression.constant;
    constant = block.bias[i].numerator() * (row.denominator / block.bias[i].denominator());
    Integer weight;
    for (const net::Source& source : block.sources) {
      const ExpressionBlock& read = blocks_[source.block];
      const Integer scale = weights * (expressions / read.denominator);
      for (const net::Entry& entry : source.weights.row(i)) {
        const Expression& expression = read.elements[entry.column];
        mpz_divexact(weight.get_mpz_t(), scale.get_mpz_t(), entry.value.denominator().get_mpz_t());
        weight *= entry.value.numerator();
        add_product(constant, weight, expression.constant);
        for (const Term& term : expression.terms) {
          add_product(sum_[term.reference], weight, term.coefficient);
          if (!touched_[term.reference]) used_.push_back(term.reference);
          touched_[term.reference] = 1;
        }
      }
    }
    std::sort(used_.begin(), used_.end());
    for (const std::size_t reference : used_) {
      if (sum_[reference] != 0) row.expression.terms.push_back({reference, sum_[reference]});
      sum_[reference] = 0;
      touched_[reference] = 0;
    }
    used_.clear();
    return row;
  }

  static void add_product(Integer& sum, const Integer& a, const Integer& b) {
    mpz_addmul(sum.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  }

  const net::Network& f_;
  const Claims& claims_;
  std::size_t references_;
  std::vector<ExpressionBlock> blocks_;
  std::vector<ComposedRow> rows_;
  // The row being composed: sums by reference, which are in use, and which were listed.
  std::vector<Integer> sum_;
  std::vector<std::size_t> used_;
  std::vector<char> touched_;
};

// Which references the outputs depend on.
std::vector<char> read_references(const Composition& composition, std::size_t inputs,
                                  std::size_t outputs) {
  std::vector<char> read(composition.reference_count());
  std::fill(read.end() - static_cast<std::ptrdiff_t>(outputs), read.end(), 1);
  for (std::size_t r = read.size(); r-- > inputs;)
    if (read[r])
      for (const Term& term : composition.rows()[r - inputs].expression.terms)
        read[term.reference] = 1;
  return read;
}

// Where a reference stands in the new network.
struct Place {
  std::size_t block;
  std::size_t row;
};

class NewBlock {
 public:
  NewBlock(const net::Block& old, std::size_t inputs) : inputs_(inputs) {
    block_.name = old.name;
    block_.origin = old.origin;
  }

  void add(net::Activation activation, const ComposedRow& row, const std::vector<Place>& places) {
    block_.activation.push_back(activation);
    block_.bias.emplace_back(row.expression.constant, row.denominator);
    auto& weights = weights_.emplace_back();
    for (const Term& term : row.expression.terms) {
      const Place& place = places[term.reference];
      if (weights.size() <= place.block) weights.resize(place.block + 1);
      weights[place.block].push_back({place.row, Rational(term.coefficient, row.denominator)});
    }
  }

  bool empty() const { return weights_.empty(); }
  std::size_t size() const { return weights_.size(); }

  net::Block finished(const std::vector<net::Block>& earlier) {
    for (std::size_t s = 0; s <= earlier.size(); ++s) {
      std::vector<std::vector<net::Entry>> rows(weights_.size());
      bool any = false;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (s >= weights_[i].size()) continue;
        rows[i] = std::move(weights_[i][s]);
        any = any || !rows[i].empty();
      }
      const std::size_t columns = s == 0 ? inputs_ : earlier[s - 1].size();
      if (any) block_.sources.push_back({s, net::Matrix::sparse(columns, rows)});
    }
    return std::move(block_);
  }

 private:
  std::size_t inputs_;
  net::Block block_;
  std::vector<std::vector<std::vector<net::Entry>>> weights_;  // [row][source block]
};

}  // namespace

net::Network rewrite(const net::Network& f, const spec::Box& box, const Claims& claims) {
  check_claims(f, box, claims);
  const std::size_t inputs = f.input_count();
  const Composition composition(f, box, claims);
  const std::vector<char> read = read_references(composition, inputs, f.output_count());
  std::vector<Place> places;
  for (std::size_t j = 0; j < inputs; ++j) places.push_back({0, j});
  std::vector<net::Block> blocks;
  for (std::size_t b = 1; b < f.block_count(); ++b) {
    NewBlock block(f.block(b), inputs);
    for (std::size_t i = 0; i < f.size(b); ++i) {
      const Role role = claims.of(b, i);
      if (!stays(role)) continue;
      const std::size_t reference = places.size();
      places.push_back({blocks.size() + 1, block.size()});
      if (!read[reference]) continue;
      block.add(role == Role::affine ? net::Activation::identity : f.block(b).activation[i],
                composition.rows()[reference - inputs], places);
    }
    if (!block.empty()) blocks.push_back(block.finished(blocks));
  }
  return net::Network(f.name(), inputs, std::move(blocks));
}

}  // namespace certifix::simplify
