#include "certifix/executor/fast_program.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "certifix/base/error.hpp"
#include "certifix/num/exact/rational.hpp"

namespace certifix::executor {
namespace {

using num::Integer;

constexpr int kLanes = 8;

bool fits_word(const Integer& x) { return x.fits_slong_p(); }

Int128 to_int128(const Integer& x) {
  const Integer high = num::floor_shift(x, 64);
  const Integer low = x - (high << 64);
  return static_cast<Int128>(high.get_si()) * (static_cast<Int128>(1) << 64) +
         static_cast<Int128>(low.get_ui());
}

struct Bounds {
  Integer min;
  Integer max;
};

// Codes that the format can hold and a 64-bit word too; nullopt when the format is wider.
std::optional<Bounds> word_bounds(const num::FixedFormat& format) {
  if (format.width() < 1 || format.width() > 64) return std::nullopt;
  Bounds bounds{format.min_code(), format.max_code()};
  if (!fits_word(bounds.min) || !fits_word(bounds.max)) return std::nullopt;
  return bounds;
}

}  // namespace

std::shared_ptr<const FastProgram> FastProgram::compile(const design::Design& design) {
  std::shared_ptr<FastProgram> program(new FastProgram);
  program->clamp_ = design.clamp;
  std::vector<Range> ranges;
  for (const design::Input& input : design.inputs) {
    if (!fits_word(input.code_min) || !fits_word(input.code_max)) return nullptr;
    ranges.push_back({input.code_min.get_si(), input.code_max.get_si()});
  }
  program->inputs_ = ranges;
  std::vector<std::size_t> block_start = {0};
  for (const design::Block& block : design.blocks) {
    block_start.push_back(ranges.size());
    for (const design::Row& row : block.rows)
      if (!program->add_row(row, block_start, ranges)) return nullptr;
  }
  if (ranges.size() > std::numeric_limits<std::uint32_t>::max()) return nullptr;
  program->output_count_ = design.blocks.back().rows.size();
  return program;
}

// Appends the row; false when it does not fit machine words. `ranges` gains the row's codes.
bool FastProgram::add_row(const design::Row& row, const std::vector<std::size_t>& block_start,
                          std::vector<Range>& ranges) {
  const auto bounds = word_bounds(row.output);
  if (!bounds) return false;
  Row compiled;
  const int r = row.output.lsb - row.accumulator_lsb;
  compiled.right = std::max(r, 0);
  compiled.left = std::max(-r, 0);
  compiled.relu = row.activation == net::Activation::relu;
  Integer start = row.bias;
  if (r > 0) start += Integer(1) << static_cast<unsigned long>(r - 1);
  Integer least = start;  // partial sums in any order lie in [least, largest]
  Integer largest = start;
  compiled.first_term = terms_.size();
  for (const design::Term& term : row.terms) {
    const Integer weight = term.weight << static_cast<unsigned long>(term.shift);
    if (!fits_word(weight)) return false;
    const std::size_t position = block_start[term.source] + term.index;
    const Integer at_min = weight * Integer(static_cast<long>(ranges[position].min));
    const Integer at_max = weight * Integer(static_cast<long>(ranges[position].max));
    least += std::min({at_min, at_max, Integer(0)});
    largest += std::max({at_min, at_max, Integer(0)});
    terms_.push_back({weight.get_si(), static_cast<std::uint32_t>(position)});
  }
  compiled.end_term = terms_.size();
  // The sum itself, shifted left where the output grid is finer.
  const auto left = static_cast<unsigned long>(compiled.left);
  if (compiled.left > 127 || compiled.right > 127) return false;
  const int width = num::signed_width(Integer(least << left), Integer(largest << left));
  if (width > 128) return false;
  wide_ = wide_ || width > 64 || compiled.right > 63 || compiled.left > 62;
  compiled.start = to_int128(start);
  const Integer limit = Integer(1) << static_cast<unsigned long>(row.accumulator_width - 1);
  compiled.sum_min = to_int128(std::max(Integer(-limit), least));
  compiled.sum_max = to_int128(std::min(Integer(limit - 1), largest));
  compiled.code_min = bounds->min.get_si();
  compiled.code_max = bounds->max.get_si();
  rows_.push_back(compiled);
  // What the sums can give, saturated as run_lanes does.
  const auto reachable = [&](const Integer& sum) {
    const Integer shifted =
        r > 0 ? num::floor_shift(sum, static_cast<unsigned long>(r)) : Integer(sum << left);
    const Integer code = compiled.relu && shifted < 0 ? Integer(0) : shifted;
    return std::clamp(code, bounds->min, bounds->max).get_si();
  };
  ranges.push_back({reachable(least), reachable(largest)});
  return true;
}

// `scratch`: one word an element and lane. Layout: element after element, lanes together.
template <class Accumulator, int Lanes>
bool FastProgram::run_lanes(const std::int64_t* codes, std::int64_t* outputs,
                            std::int64_t* scratch) const {
  bool fits = true;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    for (int lane = 0; lane < Lanes; ++lane) {
      const std::int64_t code = codes[lane * inputs_.size() + i];
      const std::int64_t clamped = std::clamp(code, inputs_[i].min, inputs_[i].max);
      fits &= clamp_ || clamped == code;
      scratch[i * Lanes + lane] = clamped;
    }
  }
  std::int64_t* next = scratch + inputs_.size() * Lanes;
  for (const Row& row : rows_) {
    Accumulator sums[Lanes];
    std::fill_n(sums, Lanes, static_cast<Accumulator>(row.start));
    for (std::size_t t = row.first_term; t < row.end_term; ++t) {
      const std::int64_t* source = scratch + std::size_t{terms_[t].position} * Lanes;
      const Accumulator weight = terms_[t].weight;
      for (int lane = 0; lane < Lanes; ++lane) sums[lane] += weight * source[lane];
    }
    const auto sum_min = static_cast<Accumulator>(row.sum_min);
    const auto sum_max = static_cast<Accumulator>(row.sum_max);
    for (int lane = 0; lane < Lanes; ++lane) {
      const Accumulator sum = sums[lane];
      fits &= sum_min <= sum && sum <= sum_max;
      Accumulator code = (sum >> row.right) * (static_cast<Accumulator>(1) << row.left);
      if (row.relu && code < 0) code = 0;
      fits &= row.code_min <= code && code <= row.code_max;
      // A code that does not fit is replaced by one that does, so that later sums cannot wrap.
      next[lane] =
          static_cast<std::int64_t>(std::clamp<Accumulator>(code, row.code_min, row.code_max));
    }
    next += Lanes;
  }
  const std::int64_t* last = next - output_count_ * Lanes;
  for (std::size_t o = 0; o < output_count_; ++o)
    for (int lane = 0; lane < Lanes; ++lane)
      outputs[lane * output_count_ + o] = last[o * Lanes + lane];
  return fits;
}

template <class Accumulator>
bool FastProgram::run_all(const std::int64_t* codes, std::int64_t* outputs,
                          std::size_t count) const {
  const std::size_t lanes = count >= kLanes ? kLanes : 1;
  std::vector<std::int64_t> scratch((inputs_.size() + rows_.size()) * lanes);
  bool fits = true;
  std::size_t done = 0;
  for (; count - done >= kLanes; done += kLanes)
    fits &= run_lanes<Accumulator, kLanes>(codes + done * inputs_.size(),
                                           outputs + done * output_count_, scratch.data());
  for (; done < count; ++done)
    fits &= run_lanes<Accumulator, 1>(codes + done * inputs_.size(), outputs + done * output_count_,
                                      scratch.data());
  return fits;
}

bool FastProgram::run(const std::int64_t* codes, std::int64_t* outputs, std::size_t count) const {
  return wide_ ? run_all<Int128>(codes, outputs, count)
               : run_all<std::int64_t>(codes, outputs, count);
}

}  // namespace certifix::executor
