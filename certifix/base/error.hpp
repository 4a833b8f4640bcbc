// Errors that the user can cause, and checks for what only a bug can cause.
//
// Three channels, never mixed:
//   - the user can cause it  -> throw Error(code, sentence, origin, remedy); caught once, in main;
//   - it is a bug            -> CERTIFIX_CHECK(condition, "sentence"): always on, throws Bug;
//   - "no" is an answer      -> a value (infeasible, rejected, does not fit); never an exception.
//
// Example:
//   throw Error(ErrorCode::unsupported_attribute, "Conv with group=2 is not supported",
//               Origin{"ctrl.onnx", "node #7 'conv2' (Conv, opset 13)"},
//               "split the convolution before export");
// prints as
//   error[E012 unsupported-attribute]: Conv with group=2 is not supported
//     --> ctrl.onnx: node #7 'conv2' (Conv, opset 13)
//     help: split the convolution before export
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace certifix {

// The exit codes of every program of the project (docs/command-line.md).
enum class ExitCode : int {
  proven = 0,
  not_reachable = 1,
  usage = 2,
  bad_input = 3,
  rejected = 4,
  limit = 5,
  io = 6,
  bug = 70,
};

// Every kind of user error: identifier in the code, printed number and slug, exit code.
// docs/errors.md lists the same table; a test compares the two. Numbers are never reused.
#define CERTIFIX_ERROR_CODES(X)                                        \
  X(usage, "E001", "usage", usage)                                     \
  X(not_in_this_version, "E002", "not-in-this-version", usage)         \
  X(cannot_read, "E003", "cannot-read", io)                            \
  X(cannot_write, "E004", "cannot-write", io)                          \
  X(file_too_large, "E005", "file-too-large", bad_input)               \
  X(malformed_model, "E010", "malformed-model", bad_input)             \
  X(unsupported_operator, "E011", "unsupported-operator", bad_input)   \
  X(unsupported_attribute, "E012", "unsupported-attribute", bad_input) \
  X(unsupported_type, "E013", "unsupported-type", bad_input)           \
  X(bad_shape, "E014", "bad-shape", bad_input)                         \
  X(bad_number, "E015", "bad-number", bad_input)                       \
  X(missing_value, "E016", "missing-value", bad_input)                 \
  X(duplicate_name, "E017", "duplicate-name", bad_input)               \
  X(cyclic_graph, "E018", "cyclic-graph", bad_input)                   \
  X(external_data, "E019", "external-data", bad_input)                 \
  X(too_large, "E020", "too-large", bad_input)                         \
  X(not_affine, "E021", "not-affine", bad_input)                       \
  X(malformed_box, "E030", "malformed-box", bad_input)                 \
  X(box_mismatch, "E031", "box-mismatch", bad_input)                   \
  X(empty_box, "E032", "empty-box", bad_input)                         \
  X(unbounded_box, "E033", "unbounded-box", bad_input)                 \
  X(unsupported_box, "E034", "unsupported-box", bad_input)             \
  X(empty_grid, "E035", "empty-grid", bad_input)                       \
  X(malformed_problem, "E040", "malformed-problem", bad_input)         \
  X(malformed_certificate, "E041", "malformed-certificate", bad_input) \
  X(rejected_certificate, "E042", "rejected-certificate", rejected)    \
  X(problem_mismatch, "E043", "problem-mismatch", rejected)            \
  X(malformed_inputs, "E050", "malformed-inputs", bad_input)           \
  X(malformed_cost, "E051", "malformed-cost", bad_input)               \
  X(not_reachable, "E060", "not-reachable", not_reachable)             \
  X(target_refused, "E061", "target-refused", not_reachable)           \
  X(limit_hit, "E062", "limit-hit", limit)                             \
  X(solver_failed, "E063", "solver-failed", usage)                     \
  X(bound_broken, "E070", "bound-broken", bug)

enum class ErrorCode {
#define CERTIFIX_ERROR_NAME(name, number, slug, exit) name,
  CERTIFIX_ERROR_CODES(CERTIFIX_ERROR_NAME)
#undef CERTIFIX_ERROR_NAME
};

std::string_view number(ErrorCode code);  // "E012"
std::string_view slug(ErrorCode code);    // "unsupported-attribute"
ExitCode exit_code(ErrorCode code);

// Where something came from: a file, and a place in it ("line 3, column 7", "node #7 'conv2'
// (Conv, opset 13)"). Either may be empty.
struct Origin {
  std::string file;
  std::string place;

  friend bool operator==(const Origin&, const Origin&) = default;
};

class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string sentence, Origin origin = {}, std::string remedy = {});

  ErrorCode code() const { return code_; }
  const std::string& sentence() const { return sentence_; }
  const Origin& origin() const { return origin_; }
  const std::string& remedy() const { return remedy_; }
  // The three-line text shown above, without a final newline.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorCode code_;
  std::string sentence_;
  Origin origin_;
  std::string remedy_;
  std::string text_;
};

// A broken invariant of our own code: file, line, sentence.
class Bug : public std::logic_error {
 public:
  Bug(const char* file, int line, std::string_view sentence);
};

}  // namespace certifix

#define CERTIFIX_CHECK(condition, sentence)                                  \
  do {                                                                       \
    if (!(condition)) throw ::certifix::Bug(__FILE__, __LINE__, (sentence)); \
  } while (false)
