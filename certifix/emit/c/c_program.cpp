#include "certifix/emit/c/c_program.hpp"

#include <fmt/format.h>

#include <utility>

#include "certifix/base/error.hpp"
#include "certifix/emit/text.hpp"

namespace certifix::emit {
namespace {

using num::Integer;

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// In sums that are right modulo 2^bits only, constants may be replaced by congruent ones; in all
// others they fit already.
void reduce_constants(Layer& layer, int bits) {
  for (Part& part : layer.parts) {
    for (std::size_t k = 0; k < part.weights.size(); ++k) {
      const int shift = part.shifts.empty() ? 0 : part.shifts[k];
      part.weights[k] =
          residue(Integer(part.weights[k] << static_cast<unsigned long>(shift)), bits);
    }
    part.shifts.clear();
  }
  for (Integer& bias : layer.bias) bias = residue(bias, bits);
}

// The last block that reads each block.
std::vector<std::size_t> last_uses(const Program& program) {
  std::vector<std::size_t> last(program.layers.size() + 1);
  for (std::size_t b = 1; b <= program.layers.size(); ++b) {
    last[b] = b;
    for (const Part& part : program.layers[b - 1].parts) last[part.source] = b;
  }
  return last;
}

// Linear scan: a block takes the first free buffer of its type, and frees it after its last use.
void assign_buffers(CProgram& c) {
  const std::vector<std::size_t> last = last_uses(c.program);
  const std::size_t blocks = last.size();
  std::vector<std::size_t> holds;  // per buffer: the block in it
  c.buffer_of.assign(blocks, kNowhere);
  for (std::size_t b = c.clamps() ? 0 : 1; b + 1 < blocks; ++b) {
    std::size_t chosen = 0;
    while (chosen < c.buffers.size() &&
           !(c.buffers[chosen].type == c.codes[b] && last[holds[chosen]] < b))
      ++chosen;
    if (chosen == c.buffers.size()) {
      c.buffers.push_back({c.codes[b], 0});
      holds.push_back(b);
    }
    c.buffers[chosen].size = std::max(c.buffers[chosen].size, c.program.size(b));
    holds[chosen] = b;
    c.buffer_of[b] = chosen;
  }
}

constexpr CType kInt8{8, true};

// Types of weights, and of codes that are read beside 16-bit weights; see CProgram.
void choose_operand_types(CProgram& c) {
  for (const Layer& layer : c.program.layers) {
    std::vector<CType>& types = c.weights.emplace_back();
    for (const Part& part : layer.parts) {
      types.push_back(narrowest(range_of(part.weights)));
      if (part.dense && types.back() == kInt16 && c.codes[part.source].bits == 8)
        c.codes[part.source] = kInt16;
    }
  }
  for (std::size_t b = 1; b <= c.program.layers.size(); ++b) {
    const std::vector<Part>& parts = c.program.layers[b - 1].parts;
    for (std::size_t p = 0; p < parts.size(); ++p)
      if (parts[p].dense && c.weights[b - 1][p] == kInt8 && c.codes[parts[p].source].bits == 16)
        c.weights[b - 1][p] = kInt16;
  }
}

}  // namespace

CProgram plan_c(const design::Design& design) {
  CProgram c;
  c.program = lower(design);
  c.name = identifier(c.program.name);
  refuse_wide_codes(c.program, "c");
  c.codes.push_back(narrowest(c.program.input_codes));
  for (std::size_t b = 1; b <= c.program.layers.size(); ++b) {
    Layer& layer = c.program.layers[b - 1];
    if (layer.accumulator_width > 64)
      throw Error(ErrorCode::target_refused,
                  fmt::format("target c has no accumulator of {} bits", layer.accumulator_width),
                  Origin{"", fmt::format("block {} '{}'", b, layer.name)},
                  "quantize with --max-accumulator 64, or choose the target hls");
    const int bits = layer.accumulator_width <= 32 ? 32 : 64;
    reduce_constants(layer, bits);
    c.accumulator.push_back(bits);
    c.codes.push_back(narrowest(layer.codes));
  }
  choose_operand_types(c);
  assign_buffers(c);
  return c;
}

}  // namespace certifix::emit
