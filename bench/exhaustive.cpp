#include "bench/exhaustive.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "bench/integer_network.hpp"
#include "bench/rounding_cells.hpp"
#include "certifix/base/error.hpp"
#include "certifix/executor/executor.hpp"
#include "certifix/split/parallel.hpp"

namespace certifix::bench {
namespace {

using num::Integer;
using num::Rational;

constexpr std::uint64_t kBlock = 1024;  // codes of the innermost input taken at a time
constexpr std::uint64_t kChunk = 64;    // combinations of the others, one after another

std::vector<RoundingCells> cells_of(const spec::Problem& problem, const design::Design& design) {
  std::vector<RoundingCells> cells;
  for (std::size_t i = 0; i < problem.box.size(); ++i) {
    CERTIFIX_CHECK(!problem.inputs[i].fraction_bits, "inputs on a declared grid have no cells");
    cells.emplace_back(problem.box[i], design.inputs[i], design.clamp);
  }
  return cells;
}

// A multiple of the denominators of all edges and of all grids of the outputs.
Integer input_scale(const std::vector<RoundingCells>& cells, const design::Design& design) {
  Integer scale = 1;
  const auto add = [&scale](const Rational& value) {
    mpz_lcm(scale.get_mpz_t(), scale.get_mpz_t(), value.denominator().get_mpz_t());
  };
  for (const RoundingCells& input : cells) {
    add(input.edge(0));
    add(input.edge(input.edge_count() - 1));
    add(input.spacing() / Rational(2));
  }
  for (std::size_t o = 0; o < design.size(design.blocks.size()); ++o)
    add(num::power_of_two(design.lsb(design.blocks.size(), o)));
  return scale;
}

// The worst corner so far; errors as multiples of 1 / output scale.
struct Record {
  Integer magnitude = -1;  // less than any
  bool above = false;      // implemented > real
  std::vector<std::uint64_t> cell;
  std::vector<std::uint64_t> corner;  // edges
};

// Real outputs on consecutive edges of the innermost input, output by output within an edge.
struct EdgeLine {
  std::vector<std::uint64_t> edges;  // of the other inputs; the innermost one's entry is 0
  std::vector<Integer> values;
};

struct Task {
  std::uint64_t outer_first, outer_end;  // combinations of the other inputs
  std::uint64_t inner_first, inner_end;  // cells of the innermost
};

class Enumeration {
 public:
  Enumeration(const spec::Problem& problem, const design::Design& design)
      : cells_(cells_of(problem, design)),
        executor_(design),
        scale_(input_scale(cells_, design)),
        network_(problem.network, scale_) {
    CERTIFIX_CHECK(executor_.fast(), "a design to enumerate fits machine words");
    CERTIFIX_CHECK(executor_.output_count() == problem.network.output_count(),
                   "the design has the network's outputs");
    for (std::size_t i = 0; i < cells_.size(); ++i)
      if (cells_[i].count() > cells_[inner_].count()) inner_ = i;
    for (std::size_t i = 0; i < cells_.size(); ++i)
      if (i != inner_) outer_count_ *= Integer(cells_[i].count());
    CERTIFIX_CHECK(outer_count_.fits_ulong_p(), "the combinations can be numbered");
    for (std::size_t o = 0; o < executor_.output_count(); ++o) {
      const Rational unit =
          num::scaled(Rational(network_.output_scale()), design.lsb(design.blocks.size(), o));
      CERTIFIX_CHECK(unit.is_integer(), "outputs lie on the common scale");
      unit_.push_back(unit.numerator());
    }
  }

  std::vector<WorstCorner> run(unsigned threads) const {
    const std::vector<Task> tasks = all_tasks();
    std::vector<std::vector<Record>> records(tasks.size());
    split::parallel_for(tasks.size(), threads,
                        [&](std::size_t t) { records[t] = worst_of(tasks[t]); });
    std::vector<WorstCorner> result;
    for (std::size_t o = 0; o < unit_.size(); ++o) {
      const Record* worst = &records[0][o];
      for (const std::vector<Record>& record : records)
        if (record[o].magnitude > worst->magnitude) worst = &record[o];
      result.push_back(named(*worst));
    }
    return result;
  }

 private:
  std::vector<Task> all_tasks() const {
    std::vector<Task> tasks;
    const std::uint64_t outer = outer_count_.get_ui();
    const std::uint64_t inner = cells_[inner_].count();
    for (std::uint64_t first = 0; first < outer; first += kChunk)
      for (std::uint64_t block = 0; block < inner; block += kBlock)
        tasks.push_back(
            {first, std::min(first + kChunk, outer), block, std::min(block + kBlock, inner)});
    return tasks;
  }

  // The cells of a combination of the other inputs; the last input varies fastest.
  std::vector<std::uint64_t> outer_cell(std::uint64_t number) const {
    std::vector<std::uint64_t> cell(cells_.size(), 0);
    for (std::size_t i = cells_.size(); i-- > 0;) {
      if (i == inner_) continue;
      cell[i] = number % cells_[i].count();
      number /= cells_[i].count();
    }
    return cell;
  }

  // The edges of every corner of such a cell.
  std::vector<std::vector<std::uint64_t>> outer_corners(
      const std::vector<std::uint64_t>& cell) const {
    std::vector<std::vector<std::uint64_t>> corners(1, std::vector<std::uint64_t>(cells_.size()));
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (i == inner_) continue;
      const std::size_t before = corners.size();
      for (std::size_t k = 0; k < before; ++k) corners[k][i] = cells_[i].lower_edge(cell[i]);
      if (cells_[i].is_point()) continue;
      for (std::size_t k = 0; k < before; ++k) {
        corners.push_back(corners[k]);
        corners.back()[i] = cells_[i].upper_edge(cell[i]);
      }
    }
    return corners;
  }

  Integer scaled(const Rational& x) const {
    const Rational result = x * Rational(scale_);
    CERTIFIX_CHECK(result.is_integer(), "edges lie on the common scale");
    return result.numerator();
  }

  // The real outputs on the edges first .. last of the innermost input.
  EdgeLine line(const std::vector<std::uint64_t>& edges, std::uint64_t first,
                std::uint64_t last) const {
    EdgeLine result{edges, {}};
    result.values.reserve((last - first + 1) * unit_.size());
    std::vector<Integer> x;
    for (std::size_t i = 0; i < cells_.size(); ++i) x.push_back(scaled(cells_[i].edge(edges[i])));
    const std::vector<Integer> still(cells_.size());
    std::vector<Integer> step = still;
    step[inner_] = scaled(cells_[inner_].spacing());
    const std::uint64_t end = cells_[inner_].count();
    for (std::uint64_t edge = first; edge <= last;) {
      x[inner_] = scaled(cells_[inner_].edge(edge));
      // The ends of the box are not evenly spaced with the edges between them.
      const bool between = edge > 0 && edge < end;
      Piece piece = network_.piece(x, between ? step : still,
                                   between ? std::min(last, end - 1) - edge + 1 : 1);
      for (std::uint64_t k = 0; k < piece.count; ++k)
        for (std::size_t o = 0; o < unit_.size(); ++o) {
          result.values.push_back(piece.value[o]);
          piece.value[o] += piece.slope[o];
        }
      edge += piece.count;
    }
    return result;
  }

  // What the design computes for cells of the innermost input, beside one cell of the others.
  std::vector<std::int64_t> implemented(std::vector<std::uint64_t> cell, const Task& task) const {
    std::vector<std::int64_t> codes;
    for (cell[inner_] = task.inner_first; cell[inner_] < task.inner_end; ++cell[inner_])
      for (std::size_t i = 0; i < cells_.size(); ++i)
        codes.push_back(cells_[i].code(cell[i]).get_si());
    std::vector<std::int64_t> outputs((task.inner_end - task.inner_first) * unit_.size());
    if (!executor_.run_fast(codes, outputs))
      throw Error(ErrorCode::bound_broken, "a value of the design leaves its declared width");
    return outputs;
  }

  std::vector<Record> worst_of(const Task& task) const {
    std::vector<Record> records(unit_.size());
    const std::uint64_t last_edge = cells_[inner_].upper_edge(task.inner_end - 1);
    std::vector<std::shared_ptr<const EdgeLine>> lines;
    for (std::uint64_t number = task.outer_first; number < task.outer_end; ++number) {
      const std::vector<std::uint64_t> cell = outer_cell(number);
      std::vector<std::shared_ptr<const EdgeLine>> around;
      for (const std::vector<std::uint64_t>& corner : outer_corners(cell)) {
        // The upper corners of one cell are lower corners of the next.
        const auto known = std::find_if(lines.begin(), lines.end(), [&corner](const auto& line) {
          return line->edges == corner;
        });
        around.push_back(known != lines.end() ? *known
                                              : std::make_shared<const EdgeLine>(
                                                    line(corner, task.inner_first, last_edge)));
      }
      lines = std::move(around);
      compare(cell, task, implemented(cell, task), lines, records);
    }
    return records;
  }

  struct Place {
    const Integer* value;
    std::size_t line;
    std::uint64_t edge;
  };

  // The corners of one cell with the least and the largest real value of an output.
  std::pair<Place, Place> extremes(const std::vector<std::shared_ptr<const EdgeLine>>& lines,
                                   std::uint64_t inner, std::uint64_t first_edge,
                                   std::size_t o) const {
    std::optional<Place> least;
    std::optional<Place> largest;
    for (std::size_t k = 0; k < lines.size(); ++k)
      for (std::uint64_t edge = cells_[inner_].lower_edge(inner);
           edge <= cells_[inner_].upper_edge(inner); ++edge) {
        const Integer& value = lines[k]->values[(edge - first_edge) * unit_.size() + o];
        if (!least || value < *least->value) least = Place{&value, k, edge};
        if (!largest || value > *largest->value) largest = Place{&value, k, edge};
      }
    return {*least, *largest};
  }

  void compare(std::vector<std::uint64_t> cell, const Task& task,
               const std::vector<std::int64_t>& outputs,
               const std::vector<std::shared_ptr<const EdgeLine>>& lines,
               std::vector<Record>& records) const {
    Integer value;
    Integer difference;
    for (std::uint64_t inner = task.inner_first; inner < task.inner_end; ++inner) {
      cell[inner_] = inner;
      for (std::size_t o = 0; o < unit_.size(); ++o) {
        const auto [least, largest] = extremes(lines, inner, task.inner_first, o);
        value = unit_[o] * outputs[(inner - task.inner_first) * unit_.size() + o];
        const auto consider = [&](bool above, const Place& place) {
          if (difference <= records[o].magnitude) return;
          records[o] = {difference, above, cell, lines[place.line]->edges};
          records[o].corner[inner_] = place.edge;
        };
        difference = value - *least.value;
        consider(true, least);
        difference = *largest.value - value;
        consider(false, largest);
      }
    }
  }

  WorstCorner named(const Record& record) const {
    WorstCorner result;
    result.error = Rational(record.above ? record.magnitude : Integer(-record.magnitude),
                            network_.output_scale());
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      result.codes.push_back(cells_[i].code(record.cell[i]));
      result.corner.push_back(cells_[i].edge(record.corner[i]));
    }
    return result;
  }

  std::vector<RoundingCells> cells_;
  executor::Executor executor_;
  Integer scale_;  // inputs are multiples of 1 / scale_
  IntegerNetwork network_;
  std::vector<Integer> unit_;  // of each output's code, on the network's output scale
  std::size_t inner_ = 0;      // the input with the most codes
  Integer outer_count_ = 1;    // combinations of the codes of the others
};

}  // namespace

Extent extent(const spec::Problem& problem, const design::Design& design) {
  Extent result{1, 1, {}};
  for (const RoundingCells& input : cells_of(problem, design)) {
    result.codes.emplace_back(input.count());
    result.combinations *= result.codes.back();
    result.corners *= result.codes.back() * (input.is_point() ? 1 : 2);
  }
  return result;
}

std::vector<WorstCorner> worst_corners(const spec::Problem& problem, const design::Design& design,
                                       unsigned threads) {
  return Enumeration(problem, design).run(threads);
}

}  // namespace certifix::bench
