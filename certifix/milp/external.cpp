#include "certifix/milp/external.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "certifix/base/error.hpp"
#include "certifix/milp/solution_text.hpp"

extern char** environ;

namespace certifix::milp {
namespace {

namespace fs = std::filesystem;

constexpr auto kPoll = std::chrono::milliseconds(10);
constexpr std::size_t kQuoted = 200;  // characters of what the program has printed

[[noreturn]] void fail(const ExternalSolver& solver, const std::string& what,
                       const std::string& printed = {}) {
  std::string command;
  for (const std::string& word : solver.words) command += (command.empty() ? "" : " ") + word;
  throw Error(ErrorCode::solver_failed, "the solver " + what + printed, Origin{command, ""},
              "run it by hand on the model that --write-lp writes, or leave --solver-command out");
}

class Scratch {
 public:
  Scratch() {
    std::error_code code;
    std::string name = (fs::temp_directory_path(code) / "certifix-XXXXXX").string();
    if (code || mkdtemp(name.data()) == nullptr)
      throw Error(ErrorCode::cannot_write, "there is no place for the solver's files",
                  Origin{name, ""}, "set TMPDIR to a folder that can be written");
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The end of what was printed, as one line: "; it printed: ...".
std::string printed(const std::string& log) {
  std::string text = content(log);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  while (text.ends_with(' ')) text.pop_back();
  if (text.empty()) return {};
  if (text.size() > kQuoted) text = "..." + text.substr(text.size() - kQuoted);
  return "; it printed: " + text;
}

std::string replaced(std::string word, const std::string& what, const std::string& by) {
  for (std::size_t at = word.find(what); at != std::string::npos;
       at = word.find(what, at + by.size()))
    word.replace(at, what.size(), by);
  return word;
}

// A program in a process group of its own, which is killed as a whole unless it has ended.
class Child {
 public:
  Child(const std::vector<std::string>& words, const std::string& log) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_t how;
    posix_spawnattr_init(&how);
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigdefault(&how, &defaults);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    error_ = posix_spawnp(&pid_, arguments[0], &files, &how, arguments.data(), environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    ended_ = error_ != 0;
  }
  ~Child() {
    if (ended_) return;
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int error() const { return error_; }  // why it did not start
  bool ended() {
    if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return ended_;
  }
  int status() const { return status_; }

 private:
  pid_t pid_ = 0;
  int error_ = 0;
  int status_ = 0;
  bool ended_ = false;
};

}  // namespace

ExternalSolver parse_solver_command(const std::string& text) {
  ExternalSolver solver;
  std::string word;
  bool any = false;  // a word has begun, perhaps an empty one
  char quote = 0;
  for (std::size_t k = 0; k < text.size(); ++k) {
    const char c = text[k];
    if (c == '\\' && quote != '\'' && k + 1 < text.size()) {
      word += text[++k];
      any = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\t') {
      if (any) solver.words.push_back(std::move(word));
      word.clear();
      any = false;
    } else {
      word += c;
      any = true;
    }
  }
  if (any) solver.words.push_back(std::move(word));
  const std::string example = "for example 'cbc {lp} solve solution {solution}'";
  if (quote != 0)
    throw Error(ErrorCode::usage, "--solver-command: a quote is never closed", {}, example);
  for (const char* part : {"{lp}", "{solution}"}) {
    bool found = false;
    for (std::size_t k = 1; k < solver.words.size(); ++k)
      found = found || solver.words[k].find(part) != std::string::npos;
    if (!found)
      throw Error(ErrorCode::usage,
                  fmt::format("--solver-command: '{}' stands nowhere behind the program", part), {},
                  example);
  }
  return solver;
}

Solution solve_external(const Model& model, const ExternalSolver& solver,
                        const std::function<bool()>& cancelled) {
  check(model);
  const Scratch scratch;
  const std::string lp = scratch.file("model.lp"), answer = scratch.file("solution.txt"),
                    log = scratch.file("log.txt");
  std::ofstream file(lp, std::ios::binary);
  file << lp_text(model);
  file.close();
  if (!file) throw Error(ErrorCode::cannot_write, "the file cannot be written", Origin{lp, ""});
  std::vector<std::string> words;
  for (const std::string& word : solver.words)
    words.push_back(replaced(replaced(word, "{lp}", lp), "{solution}", answer));

  const auto start = std::chrono::steady_clock::now();
  Child child(words, log);
  if (child.error() != 0)
    fail(solver, fmt::format("does not start: {}", std::strerror(child.error())));
  while (!child.ended()) {
    if (cancelled && cancelled()) return {Status::limit, {}, 0, -kInfinity};
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (taken.count() > solver.seconds)
      fail(solver, fmt::format("was stopped after {} seconds (--solver-timeout)", solver.seconds));
    std::this_thread::sleep_for(kPoll);
  }
  if (!WIFEXITED(child.status()))
    fail(solver, fmt::format("was ended by signal {}", WTERMSIG(child.status())), printed(log));
  if (WEXITSTATUS(child.status()) != 0)
    fail(solver, fmt::format("ended with exit code {}", WEXITSTATUS(child.status())), printed(log));
  if (!fs::exists(answer)) fail(solver, "has written no solution file", printed(log));
  auto parsed = parse_solution(model, content(answer));
  if (const auto* what = std::get_if<std::string>(&parsed))
    fail(solver, "cannot be understood: " + *what, printed(log));
  Solution solution = std::get<Solution>(std::move(parsed));
  if (solution.values.empty()) return solution;
  for (std::size_t j = 0; j < model.columns.size(); ++j)
    if (model.columns[j].integer &&
        std::fabs(solution.values[j] - std::nearbyint(solution.values[j])) <= kTolerance)
      solution.values[j] = std::nearbyint(solution.values[j]);
  const double violation = violation_at(scaled_rows(model), solution.values);
  if (violation > kTolerance)
    fail(solver, fmt::format("answers with values that break the model by {:.3g}", violation));
  solution.objective = objective_at(model, solution.values);
  if (solution.status == Status::optimal) solution.bound = solution.objective;
  return solution;
}

}  // namespace certifix::milp
