#include "certifix/import/affine.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "certifix/import/limits.hpp"
#include "certifix/import/text.hpp"

namespace certifix::import {

using num::Rational;

namespace {

// One sum of forms at a time. `slots` finds the term of an element without searching: for every
// element of every block 0, or 1 + its place among the terms so far; all 0 between two sums.
class RowSum {
 public:
  RowSum(std::vector<std::vector<std::uint32_t>>& slots, Budget& budget, const Origin& where)
      : slots_(slots), budget_(budget), where_(where) {}

  void add(const Form& form, const Rational& weight) {
    if (form.constant.sign() != 0) {
      form_.constant += form.constant * weight;
      spend(form_.constant);
    }
    for (const Term& term : form.terms) {
      std::uint32_t& slot = slots_[term.block][term.index];
      if (slot != 0) {
        form_.terms[slot - 1].value += term.value * weight;
        spend(form_.terms[slot - 1].value);
        continue;
      }
      form_.terms.push_back(
          {term.block, term.index, term.value == one_ ? weight : term.value * weight});
      spend(form_.terms.back().value);
      slot = static_cast<std::uint32_t>(form_.terms.size());
    }
  }

  // The sum so far; starts the next one.
  Form take() {
    std::vector<Term>& terms = form_.terms;
    for (const Term& term : terms) slots_[term.block][term.index] = 0;
    std::erase_if(terms, [](const Term& term) { return term.value.sign() == 0; });
    const auto before = [](const Term& a, const Term& b) {
      return std::pair(a.block, a.index) < std::pair(b.block, b.index);
    };
    if (!std::is_sorted(terms.begin(), terms.end(), before))
      std::sort(terms.begin(), terms.end(), before);
    return std::exchange(form_, Form());
  }

 private:
  // One unit of each product was spent in advance.
  void spend(const Rational& value) {
    budget_.spend(cost(value) - 1, where_);
    check_size(value, where_);
  }

  const Rational one_{1};
  std::vector<std::vector<std::uint32_t>>& slots_;
  Budget& budget_;
  const Origin& where_;
  Form form_;
};

// Products up to which composing is worth its time.
constexpr std::size_t kCheapWork = 5'000'000;

bool is_heavy(const Form& form) { return form.terms.size() > 1; }

}  // namespace

Form scaled(Form form, const Rational& factor) {
  if (factor.sign() == 0) return {};
  form.constant *= factor;
  for (Term& term : form.terms) term.value *= factor;
  return form;
}

Form sum(Form a, const Form& b) {
  a.constant += b.constant;
  if (b.terms.empty()) return a;
  std::vector<Term> terms;
  terms.reserve(a.terms.size() + b.terms.size());
  const auto key = [](const Term& t) { return std::pair(t.block, t.index); };
  auto left = a.terms.begin();
  for (const Term& right : b.terms) {
    while (left != a.terms.end() && key(*left) < key(right)) terms.push_back(std::move(*left++));
    if (left == a.terms.end() || key(*left) != key(right)) {
      terms.push_back(right);
      continue;
    }
    left->value += right.value;
    if (left->value.sign() != 0) terms.push_back(std::move(*left));
    ++left;
  }
  std::move(left, a.terms.end(), std::back_inserter(terms));
  a.terms = std::move(terms);
  return a;
}

void Budget::spend(std::size_t units, const Origin& where) {
  if (units > kMaxWork - spent_)
    throw Error(ErrorCode::too_large,
                "the model asks for more than " + std::to_string(kMaxWork) + " exact operations",
                where, "use a smaller network, or fold its constant parts before export");
  spent_ += units;
}

std::size_t cost(const Rational& value) {
  const std::size_t words =
      mpz_size(value.numerator().get_mpz_t()) + mpz_size(value.denominator().get_mpz_t());
  return 1 + words * words / 512;
}

std::size_t cost(const Form& form) {
  std::size_t total = cost(form.constant);
  for (const Term& term : form.terms) total += cost(term.value);
  return total;
}

void check_size(const Rational& value, const Origin& where) {
  if (num::bit_length(value.numerator()) > kMaxNumberBits ||
      num::bit_length(value.denominator()) > kMaxNumberBits)
    throw Error(ErrorCode::too_large,
                "an exact number of the composed network has more than " +
                    std::to_string(kMaxNumberBits) + " bits",
                where, "fold constant scales into the weights before export");
}

void check_size(const Form& form, const Origin& where) {
  check_size(form.constant, where);
  for (const Term& term : form.terms) check_size(term.value, where);
}

NetworkBuilder::NetworkBuilder(std::size_t input_count)
    : slots_{std::vector<std::uint32_t>(input_count)} {
  CERTIFIX_CHECK(input_count >= 1 && input_count <= kMaxNumbers, "the number of inputs");
}

Forms NetworkBuilder::inputs() const {
  Forms forms(slots_[0].size());
  for (std::uint32_t i = 0; i < forms.size(); ++i) forms[i].terms.push_back({0, i, 1});
  return forms;
}

Forms NetworkBuilder::unknown(std::size_t count) {
  Forms zeros(count);
  return close(std::move(zeros), net::Activation::relu, {});
}

// Weights that the composition of `weights` with `operand` would hold (without looking for values
// that cancel), or anything above `limit` once it is more than that.
std::size_t NetworkBuilder::composed_weights(const Forms& operand, std::size_t rows,
                                             const RowWeights& weights, std::size_t limit) {
  std::size_t count = 0;
  std::vector<Weighted> row_weights;
  std::vector<std::uint32_t*> met;
  for (std::size_t row = 0; row < rows && count <= limit; ++row) {
    row_weights.clear();
    weights(row, row_weights);
    for (const Weighted& weighted : row_weights) {
      if (weighted.weight->sign() == 0) continue;
      for (const Term& term : operand[weighted.element].terms) {
        std::uint32_t& slot = slots_[term.block][term.index];
        if (std::exchange(slot, 1) == 0) met.push_back(&slot);
      }
    }
    count += met.size();
    for (std::uint32_t* slot : met) *slot = 0;
    met.clear();
  }
  return count;
}

Forms NetworkBuilder::combine(Forms operand, const Label& operand_label, std::size_t rows,
                              const RowWeights& weights, const Label& label) {
  std::size_t outer = 0;  // weights of the rows
  std::size_t work = 0;   // products that composing them takes
  std::vector<Weighted> row_weights;
  for (std::size_t row = 0; row < rows; ++row) {
    row_weights.clear();
    weights(row, row_weights);
    budget.spend(row_weights.size() + 1, label.origin);
    for (const Weighted& weighted : row_weights) {
      if (weighted.weight->sign() == 0) continue;
      ++outer;
      work += operand[weighted.element].terms.size();
    }
  }
  if (std::any_of(operand.begin(), operand.end(), is_heavy)) {
    std::size_t inner = 0;  // weights of the operand
    for (const Form& form : operand) inner += form.terms.size();
    if (work > kCheapWork ||
        composed_weights(operand, rows, weights, inner + outer) > inner + outer) {
      operand = shared(std::move(operand), operand_label);
      work = outer;
    }
  }
  budget.spend(work, label.origin);
  RowSum sum(slots_, budget, label.origin);
  Forms result;
  result.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    row_weights.clear();
    weights(row, row_weights);
    for (const Weighted& weighted : row_weights)
      if (weighted.weight->sign() != 0) sum.add(operand[weighted.element], *weighted.weight);
    result.push_back(sum.take());
  }
  return result;
}

Forms NetworkBuilder::relu(Forms forms, const Label& label) {
  return close(std::move(forms), net::Activation::relu, label);
}

Forms NetworkBuilder::shared(Forms forms, const Label& label) {
  Forms heavy;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    if (!is_heavy(forms[i])) continue;
    heavy.push_back(std::move(forms[i]));
    places.push_back(i);
  }
  if (heavy.empty()) return forms;
  Forms references = close(std::move(heavy), net::Activation::identity, label);
  for (std::size_t i = 0; i < places.size(); ++i) forms[places[i]] = std::move(references[i]);
  return forms;
}

Forms NetworkBuilder::close(Forms forms, net::Activation activation, const Label& label) {
  const std::size_t rows = forms.size();
  std::size_t weights = 0;
  for (const Form& form : forms) weights += form.terms.size();
  budget.spend(rows + weights, label.origin);
  net::Block block;
  block.name = unique_name(label.name);
  block.origin = label.origin;
  block.origin.file = std::filesystem::path(label.origin.file).filename().string();
  block.activation.assign(rows, activation);
  std::set<std::uint32_t> sources;
  for (const Form& form : forms)
    for (const Term& term : form.terms) sources.insert(term.block);
  for (const std::uint32_t source : sources) {
    std::vector<std::vector<net::Entry>> entries(rows);
    for (std::size_t row = 0; row < rows; ++row)
      for (Term& term : forms[row].terms)
        if (term.block == source) entries[row].push_back({term.index, std::move(term.value)});
    block.sources.push_back({source, net::Matrix::sparse(slots_[source].size(), entries)});
  }
  for (Form& form : forms) block.bias.push_back(std::move(form.constant));
  blocks_.push_back(std::move(block));
  slots_.emplace_back(rows);

  Forms references(rows);
  const auto index = static_cast<std::uint32_t>(slots_.size() - 1);
  for (std::uint32_t i = 0; i < rows; ++i) references[i].terms.push_back({index, i, 1});
  return references;
}

std::string NetworkBuilder::unique_name(std::string_view name) {
  const std::string plain = plain_name(name, "block" + std::to_string(blocks_.size() + 1));
  std::string result = plain;
  for (int& uses = names_[plain]; ++uses > 1;) {
    result = plain + "_" + std::to_string(uses);
    if (names_.emplace(result, 1).second) break;
  }
  return result;
}

net::Network NetworkBuilder::finish(std::string_view name, Forms outputs, const Label& label) {
  // Nothing to add where the outputs are the last block as it is.
  const auto last = static_cast<std::uint32_t>(slots_.size() - 1);
  bool is_last_block = last > 0 && outputs.size() == slots_[last].size();
  for (std::uint32_t i = 0; i < outputs.size() && is_last_block; ++i) {
    const Form& form = outputs[i];
    is_last_block = form.constant.sign() == 0 && form.terms.size() == 1 &&
                    form.terms[0].block == last && form.terms[0].index == i &&
                    form.terms[0].value == Rational(1);
  }
  if (!is_last_block) close(std::move(outputs), net::Activation::identity, label);
  return net::Network(plain_name(name, "network"), slots_[0].size(), std::move(blocks_));
}

}  // namespace certifix::import
