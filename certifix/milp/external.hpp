// Solving a model with a program of the user's: its LP text goes into a file, the program writes a
// solution file, and that is read.
//
// The command is split into words (spaces separate; '...' and "..." keep spaces, a backslash keeps
// the next character) and run directly, without a shell, in a process group of its own, with empty
// standard input. {lp} and {solution} in its words are replaced by the names of two files in a
// scratch folder, which is removed afterwards:
//   cbc {lp} solve solution {solution}
//   glpsol --lp {lp} -w {solution}
// Solution files are read in the forms that these two programs write (solution_text.hpp).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "certifix/milp/solve.hpp"

namespace certifix::milp {

struct ExternalSolver {
  std::vector<std::string> words;  // of the command
  double seconds = 300;            // it may take, each time
};

// Throws Error (usage) where the text has no {lp}, no {solution}, or an open quote.
ExternalSolver parse_solver_command(const std::string& text);

// Limits are for the built-in solver: the command has its own. cancelled: may be empty; when it
// says yes, the program is killed, and the status is `limit`. Throws Error (solver_failed) when it
// does not start, fails, takes too long, or writes what cannot be read or breaks the model.
Solution solve_external(const Model& model, const ExternalSolver& solver,
                        const std::function<bool()>& cancelled = {});

}  // namespace certifix::milp
