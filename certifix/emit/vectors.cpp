#include "certifix/emit/vectors.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "certifix/base/error.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

constexpr std::size_t kMostEnumeratedInputs = 16;

class CodeSource {
 public:
  CodeSource(const design::Design& design, const std::vector<CodeRange>& interface,
             std::uint64_t seed)
      : design_(design), interface_(interface), bits_(seed) {}

  // Vector number v of the sequence.
  std::vector<Integer> next(std::size_t v) {
    switch (v % 4) {
      case 0:
        return corner(v / 4);
      case 1:
        return edge(v / 4);
      case 2:
        return each([&](std::size_t i) { return flip() ? end(i, flip()) : inside(i); });
      default:
        return each([&](std::size_t i) { return inside(i); });
    }
  }

 private:
  template <class F>
  std::vector<Integer> each(F&& code) {
    std::vector<Integer> codes;
    for (std::size_t i = 0; i < design_.inputs.size(); ++i) codes.push_back(code(i));
    return codes;
  }
  bool flip() { return (bits_() & 1) != 0; }
  Integer end(std::size_t i, bool upper) const {
    return upper ? design_.inputs[i].code_max : design_.inputs[i].code_min;
  }
  Integer inside(std::size_t i) {
    const Integer count = end(i, true) - end(i, false) + 1;
    Integer value = 0;
    for (long done = 0; done < num::bit_length(count) + 64; done += 64)
      value = (value << 64) + Integer(static_cast<unsigned long>(bits_()));
    return end(i, false) + Integer(value % count);
  }
  std::vector<Integer> corner(std::size_t k) {
    const bool enumerate = design_.inputs.size() <= kMostEnumeratedInputs;
    return each([&](std::size_t i) { return end(i, enumerate ? ((k >> i) & 1) != 0 : flip()); });
  }
  std::vector<Integer> edge(std::size_t k) {
    const std::size_t i = k % design_.inputs.size();
    const Integer low = end(i, false);
    const Integer high = end(i, true);
    const CodeRange& receives = interface_[i];
    const std::array<Integer, 11> candidates = {
        low, high, low + 1, high - 1, 0, -1, 1, low - 1, high + 1, receives.min, receives.max};
    std::vector<Integer> codes = each([&](std::size_t j) { return inside(j); });
    const Integer& candidate = candidates[(k / design_.inputs.size()) % candidates.size()];
    codes[i] = design_.clamp ? std::clamp(candidate, receives.min, receives.max)
                             : std::clamp(candidate, low, high);
    return codes;
  }

  const design::Design& design_;
  const std::vector<CodeRange>& interface_;
  std::mt19937_64 bits_;
};

// The fast path where it exists: large networks have many vectors.
std::vector<Integer> run(const executor::Executor& executor, const std::vector<Integer>& codes) {
  const auto is_word = [](const Integer& code) { return code.fits_slong_p(); };
  if (!executor.fast() || !std::all_of(codes.begin(), codes.end(), is_word))
    return executor.run(codes);
  std::vector<std::int64_t> words;
  for (const Integer& code : codes) words.push_back(code.get_si());
  std::vector<std::int64_t> outputs(executor.output_count());
  CERTIFIX_CHECK(executor.run_fast(words, outputs), "a value of the design leaves its width");
  std::vector<Integer> result;
  for (const std::int64_t output : outputs) result.emplace_back(static_cast<long>(output));
  return result;
}

}  // namespace

TestVectors test_vectors(const executor::Executor& executor,
                         const std::vector<CodeRange>& interface, std::size_t count,
                         std::uint64_t seed) {
  CodeSource source(executor.design(), interface, seed);
  TestVectors vectors;
  vectors.count = count;
  for (std::size_t v = 0; v < count; ++v) {
    const std::vector<Integer> codes = source.next(v);
    const std::vector<Integer> outputs = run(executor, codes);
    vectors.inputs.insert(vectors.inputs.end(), codes.begin(), codes.end());
    vectors.outputs.insert(vectors.outputs.end(), outputs.begin(), outputs.end());
  }
  return vectors;
}

}  // namespace certifix::emit
