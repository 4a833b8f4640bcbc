#!/usr/bin/env python3
"""A second checker of certificates, written from the documents and not from the first one.

    python3 certifix_check.py DIR

reads DIR/problem.txt and DIR/certificate.txt and decides whether the certificate proves the problem:
exit 0 and the theorem, 4 and the rule that fails, 3 and the place of malformed text, 2 usage, 6 no such file.

docs/certificate-format.md says what is read, docs/soundness.md what is proven and why; the names of rules and
the chapters below are theirs. It shares no code with certifix-check, and is plainer: one file, standard library,
no floating point, and no roundings but the documented ones. All values and errors are integers in units of
u = 2^-P, weights in units of v = 2^-C. A linear form (`form[block][element]`) has exact integer coefficients in
units of 2^-k, k growing as weights are multiplied; its constant is in units of u 2^-k. So the only roundings are
those of the network's weights and biases (R-WEIGHTS), of slopes and norms, and outward, to u, of each range and
error when it is complete.
"""
import itertools
import math
import pathlib
import re
import sys
from fractions import Fraction
from types import SimpleNamespace as Record

sys.set_int_max_str_digits(20_000)  # a number may have 65,536 bits


class Malformed(Exception):
    """The text is not what docs/certificate-format.md allows."""


class Rejected(Exception):
    """A rule fails: `rule` is its id, the text says where and by how much."""

    def __init__(self, rule, text):
        super().__init__(f"rule {rule} fails: {text}")
        self.rule = rule


def require(holds, rule, text):
    if not holds:
        raise Rejected(rule, text)


# ---- Tokens ----------------------------------------------------------------------------------------------

LARGEST_COUNT = 10_000_000
COUNT = re.compile(r"0|[1-9][0-9]*")
INTEGER = re.compile(r"0|-?[1-9][0-9]*")
DYADIC = re.compile(r"(-?[1-9][0-9]*)p-([1-9][0-9]*)")
RATIO = re.compile(r"(-?[1-9][0-9]*)/([1-9][0-9]*)")
NAME = re.compile(r"[A-Za-z0-9_./-]{1,100}")
FOREIGN = re.compile(r"[^\x20-\x7e\n]")


class Reader:
    """Reads tokens one after another; every mismatch is Malformed, with line and column."""

    def __init__(self, file, text):
        self.file, self.text, self.next, self.start = file, text, 0, 0
        foreign = FOREIGN.search(text)
        if foreign:
            self.start = foreign.start()
            self.fail("a byte that is neither printable ASCII nor a line feed")

    def fail(self, text):
        line = self.text.count("\n", 0, self.start) + 1
        column = self.start - (self.text.rfind("\n", 0, self.start) + 1) + 1
        raise Malformed(f"{self.file}: line {line}, column {column}: {text}")

    def literal(self, text):
        self.start = self.next
        if not self.text.startswith(text, self.next):
            self.fail(f"expected {text!r}")
        self.next += len(text)

    def token(self):
        """The next token; one space comes before it, unless it begins a line."""
        if self.next > 0 and self.text[self.next - 1] != "\n":
            self.literal(" ")
        self.start = self.next
        ends = [at for at in (self.text.find(" ", self.next), self.text.find("\n", self.next)) if at >= 0]
        self.next = min(ends, default=len(self.text))
        if self.next == self.start:
            self.fail("expected a token")
        return self.text[self.start:self.next]

    def end_line(self):
        self.literal("\n")

    def end(self):
        self.line("end")
        self.start = self.next
        if self.next < len(self.text):
            self.fail("text after the last line")

    def line(self, *words):
        """A line of exactly these words."""
        self.words(*words)
        self.end_line()

    def words(self, *words):
        for word in words:
            self.choice(word)

    def choice(self, *words):
        word = self.token()
        if word not in words:
            self.fail("expected " + " or ".join(words))
        return word

    def matching(self, pattern, what):
        match = pattern.fullmatch(self.token())
        return match or self.fail(f"expected {what}")

    def to_integer(self, digits, bits):
        if len(digits) > bits or abs(int(digits)).bit_length() > bits:
            self.fail(f"a number of more than {bits} bits")
        return int(digits)

    def count(self, least=0, most=LARGEST_COUNT):
        digits = self.matching(COUNT, "a count").group()
        if len(digits) > 8 or not least <= int(digits) <= most:
            self.fail(f"expected a count from {least} to {most}")
        return int(digits)

    def integer(self):
        return self.to_integer(self.matching(INTEGER, "an integer").group(), 4096)

    def exponent(self):
        value = self.integer()
        if abs(value) > 4096:
            self.fail("expected an exponent from -4096 to 4096")
        return value

    def name(self):
        return self.matching(NAME, "a name").group()

    def number(self):
        token = self.token()
        if INTEGER.fullmatch(token):
            return Fraction(self.to_integer(token, 65_536))
        if match := DYADIC.fullmatch(token):
            if len(match[2]) > 5 or int(match[2]) > 65_536:
                self.fail("a number with an exponent above 65536")
            numerator, denominator = self.to_integer(match[1], 65_536), 1 << int(match[2])
            if numerator % 2 == 0:
                self.fail("not the canonical form: the numerator is even")
        elif match := RATIO.fullmatch(token):
            numerator, denominator = (self.to_integer(digits, 65_536) for digits in match.groups())
            if denominator & (denominator - 1) == 0 or math.gcd(numerator, denominator) != 1:
                self.fail("not the canonical form of this number")
        else:
            self.fail("expected a number")
        return Fraction(numerator, denominator)


# ---- problem.txt -----------------------------------------------------------------------------------------

def read_problem(text):
    """name, inputs (lower, upper, F or None), clamp, word, accumulator, blocks, block_names, functionals."""
    reader = Reader("problem.txt", text)
    reader.line("certifix-problem", "1")
    problem = Record()
    reader.words("name")
    problem.name = reader.name()
    reader.end_line()
    problem.inputs = [read_box(reader) for _ in range(read_head(reader, "inputs"))]
    reader.words("out-of-range")
    problem.clamp = reader.choice("clamp", "none") == "clamp"
    reader.end_line()
    problem.word = read_limit(reader, "word")
    problem.accumulator = read_limit(reader, "accumulator")
    problem.blocks, sizes, work = [], [len(problem.inputs)], 0
    for _ in range(read_head(reader, "blocks")):
        reader.words("block")
        reader.name()
        rows = reader.count(1)
        reader.end_line()
        block = [read_network_row(reader, sizes) for _ in range(rows)]
        work += rows * len({source for row in block for source in row.parts})
        if work > LARGEST_COUNT:
            reader.fail("rows times sources are more than 10000000")
        problem.blocks.append(block)
        sizes.append(rows)
    problem.functionals = [read_functional(reader, sizes[-1])
                           for _ in range(read_head(reader, "functionals"))]
    reader.end()
    return problem


def read_head(reader, word, least=1):
    """A line of a word and a count."""
    reader.words(word)
    n = reader.count(least)
    reader.end_line()
    return n


def read_box(reader):
    reader.words("input")
    lower, upper = reader.number(), reader.number()
    if lower > upper:
        reader.fail("the lower end is above the upper end")
    grid = reader.exponent() if reader.choice("real", "grid") == "grid" else None
    reader.end_line()
    return lower, upper, grid


def read_limit(reader, kind):
    reader.words("limit", kind)
    before = reader.next
    limit = None
    if reader.token() != "none":
        reader.next = before
        limit = reader.count()
    reader.end_line()
    return limit


def read_network_row(reader, sizes):
    reader.words("row")
    relu = reader.choice("identity", "relu") == "relu"
    bias, g = reader.number(), reader.count()
    reader.end_line()
    parts, last = {}, -1
    for _ in range(g):
        reader.words("from")
        source = reader.count(0, len(sizes) - 1)
        if source <= last:
            reader.fail("sources must increase")
        last, size = source, sizes[source]
        if reader.choice("all", "some") == "all":
            weights = [(j, reader.number()) for j in range(size)]
            weights = [(j, w) for j, w in weights if w]
            dense = True
        else:
            weights, before = [], -1
            for _ in range(reader.count(1)):
                j = reader.count(0, size - 1)
                if j <= before:
                    reader.fail("elements must increase")
                before, w = j, reader.number()
                if not w:
                    reader.fail("a listed weight is 0")
                weights.append((j, w))
            dense = False
        if not weights or dense != (2 * len(weights) >= size):
            reader.fail("not the canonical form of these weights")
        parts[source] = weights
        reader.end_line()
    return Record(relu=relu, bias=bias, parts=parts)


def read_functional(reader, outputs):
    reader.words("functional")
    bound = reader.number()
    if bound <= 0:
        reader.fail("a bound must be positive")
    coefficients = [reader.number() for _ in range(outputs)]
    reader.end_line()
    return bound, coefficients


# ---- certificate.txt -------------------------------------------------------------------------------------

def read_certificate(text):
    """P, C, roles (strings), claims, clamp, inputs, blocks, norms (block, source, sigma), split."""
    reader = Reader("certificate.txt", text)
    reader.line("certifix-certificate", "2")
    certificate = Record()
    reader.words("precision")
    certificate.P, certificate.C = reader.count(16, 4096), reader.count(16, 4096)
    reader.end_line()
    certificate.roles = [read_roles(reader) for _ in range(read_head(reader, "roles", 0))]
    certificate.claims = read_tree(reader, "claims", plain=True) if certificate.roles else []
    reader.words("clamp")
    certificate.clamp = reader.choice("yes", "no") == "yes"
    reader.end_line()
    certificate.inputs = [read_input(reader) for _ in range(read_head(reader, "inputs"))]
    certificate.blocks = [[read_design_row(reader) for _ in range(read_head(reader, "block"))]
                          for _ in range(read_head(reader, "blocks"))]
    certificate.norms = []
    for _ in range(read_head(reader, "norms", 0)):
        reader.words("norm")
        key = reader.count(), reader.count()
        if certificate.norms and key <= certificate.norms[-1][0]:
            reader.fail("norms must increase")
        sigma = reader.number()
        if sigma <= 0:
            reader.fail("a norm must be positive")
        reader.end_line()
        certificate.norms.append((key, sigma))
    certificate.split = read_tree(reader, "split", plain=False)
    reader.end()
    return certificate


def read_roles(reader):
    roles = reader.token()
    if not set(roles) <= set("kdba"):
        reader.fail("expected a letter k, d, b or a for each row")
    reader.end_line()
    return roles


def read_format(reader):
    signed = reader.choice("signed", "unsigned") == "signed"
    msb, lsb = reader.exponent(), reader.exponent()
    if not 1 <= msb - lsb + 1 <= 4096:
        reader.fail("expected a width from 1 to 4096")
    return Record(signed=signed, lsb=lsb, width=msb - lsb + 1)


def read_input(reader):
    reader.words("input")
    form = read_format(reader)
    low, high = reader.integer(), reader.integer()
    if low > high:
        reader.fail("the least code is above the greatest")
    reader.end_line()
    return Record(format=form, low=low, high=high)


def read_design_row(reader):
    reader.words("row")
    row = Record(relu=reader.choice("identity", "relu") == "relu", bias=reader.integer(), lsb=reader.exponent(),
                 width=reader.count(1, 4096), modular=reader.choice("exact", "modular") == "modular",
                 format=read_format(reader), parts=[])
    g = reader.count()
    reader.end_line()
    for _ in range(g):
        reader.words("from")
        source = reader.count()
        if row.parts and row.parts[-1][0] == source:
            reader.fail("the source of the line before")
        terms = []
        for _ in range(reader.count(1)):
            j, weight = reader.count(), reader.integer()
            if not weight:
                reader.fail("a weight is 0")
            terms.append((j, weight, reader.count(0, 4096)))
        row.parts.append((source, terms))
        reader.end_line()
    return row


def read_tree(reader, word, plain):
    """The nodes in preorder: ("cut", input, at) or ("leaf", rows)."""
    nodes, open_subtrees = [], 1
    for _ in range(read_head(reader, word)):
        if open_subtrees == 0:
            reader.fail("the tree has ended")
        if reader.choice("cut", "leaf") == "cut":
            nodes.append(("cut", reader.count(), reader.number()))
            open_subtrees += 1
        else:
            rows = () if plain else [(reader.count(), reader.count()) for _ in range(reader.count(0, 12))]
            nodes.append(("leaf", rows))
            open_subtrees -= 1
        reader.end_line()
    if open_subtrees:
        reader.fail("the tree is not complete")
    return nodes


# ---- Numbers ---------------------------------------------------------------------------------------------

def power(exponent):
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def floor_to(value, bits):
    """The largest n with n 2^-bits <= value."""
    return math.floor(value * power(bits))


def ceil_to(value, bits):
    return math.ceil(value * power(bits))


def nearest(value, bits):
    return math.floor(value * power(bits) + Fraction(1, 2))


def ceil_shift(n, bits):
    return -(-n >> bits)


def ceil_sqrt(n):
    root = math.isqrt(n)
    return root + (root * root < n)


def magnitude(interval):
    return max(-interval[0], interval[1])


def meet(one, other):
    return max(one[0], other[0]), min(one[1], other[1])


def hull(one, other):
    return min(one[0], other[0]), max(one[1], other[1])


def times(factor, interval):
    low, high = factor * interval[0], factor * interval[1]
    return (low, high) if factor >= 0 else (high, low)


def decimal(value, digits=12):
    """A positive rational as a decimal, rounded up."""
    n = ceil_to(value * 10**digits, 0)
    text = f"{n // 10**digits}.{n % 10**digits:0{digits}d}".rstrip("0").rstrip(".")
    return text


# ---- 1. Leaves -------------------------------------------------------------------------------------------

def leaves(tree, box):
    """(number, box, rows) for each leaf; R-CUT."""
    waiting, number = [box], 0
    for node in tree:
        box = waiting.pop()
        if node[0] == "leaf":
            yield number, box, node[1]
            number += 1
            continue
        _, d, at = node
        require(d < len(box), "R-CUT", f"there is no input {d}")
        lower, upper = box[d]
        require(lower < at < upper, "R-CUT", f"the cut at {at} is not inside [{lower}, {upper}] of input {d}")
        waiting.append(box[:d] + [(at, upper)] + box[d + 1:])
        waiting.append(box[:d] + [(lower, at)] + box[d + 1:])


# ---- 3. Ranges of the real network -----------------------------------------------------------------------

def on_grid(network, P, C):
    """R-WEIGHTS: the network with weights in units of v and biases in units of u."""
    return [[grid_row(row, P, C) for row in block] for block in network]


def grid_row(row, P, C):
    parts, changed = {}, []
    for source, weights in row.parts.items():
        parts[source] = {}
        for j, w in weights:
            n = nearest(w, C)
            if n:
                parts[source][j] = n
            if n != w * power(C):
                changed.append((source, j))
    bias = nearest(row.bias, P)
    return Record(relu=row.relu, parts=parts, bias=bias, changed=changed, bias_changed=bias != row.bias * power(P))


class Ranges:
    """Ranges of the real network on one leaf: z[b][i] before and a[b][i] after the activation, a[0] the inputs.

    tau[b][i] is that of R-WEIGHTS. relaxed[b][i] holds the lines of R-BACKSUBSTITUTION: (sigma, t) above, sigma
    below; sigma in units of v, t of uv.
    """

    def __init__(self, network, box, P, C):
        self.network, self.C = network, C
        self.a = [[(floor_to(lower, P), ceil_to(upper, P)) for lower, upper in box]]
        self.z, self.tau, self.relaxed = [None], [None], [None]
        for block in network:
            self.z.append([])
            self.tau.append([])
            for row in block:
                self.tau[-1].append(self.rounding(row))
                self.z[-1].append(self.range(row, self.tau[-1][-1]))
            self.a.append([(max(0, l), max(0, h)) if row.relu else (l, h)
                           for row, (l, h) in zip(block, self.z[-1])])
            self.relaxed.append([self.relax(row.relu, *z) for row, z in zip(block, self.z[-1])])

    def rounding(self, row):
        """tau >= (v/2) sum of magnitudes + u/2."""
        changed = sum(magnitude(self.a[source][j]) for source, j in row.changed)
        return ceil_shift(changed + (row.bias_changed << self.C), self.C + 1)

    def range(self, row, tau):
        low, high = self.interval(row.parts)
        interval = (low >> self.C) + row.bias - tau, ceil_shift(high, self.C) + row.bias + tau
        above = self.upper(copy(row.parts), self.C, (row.bias + tau) << self.C)
        below = self.upper(copy(row.parts, -1), self.C, (tau - row.bias) << self.C)
        return meet(interval, (-math.ceil(below), math.ceil(above)))

    def interval(self, form):
        """R-INTERVAL: the range of the form by itself, in units of u times its coefficients' unit."""
        low = high = 0
        for source, coefficients in form.items():
            for j, n in coefficients.items():
                l, h = times(n, self.a[source][j])
                low, high = low + l, high + h
        return low, high

    def relax(self, relu, l, h):
        one = 1 << self.C
        if not relu or l >= 0:
            return (one, 0), one
        if h <= 0:
            return (0, 0), 0
        sigma = (h << self.C) // (h - l)
        return (sigma, max(-sigma * l, h * (one - sigma))), one if h > -l else 0

    def upper(self, form, k, c):
        """R-BACKSUBSTITUTION: an upper bound of form + c, in u and not rounded. The form is used up."""
        C = self.C
        while block := latest(form):
            eliminated = form.pop(block)
            shift(form, 2 * C)
            k, c = k + 2 * C, c << 2 * C
            for s, coefficient in eliminated.items():
                above, below = self.relaxed[block][s]
                sigma, t = above if coefficient > 0 else (below, 0)
                c += coefficient * t << C
                H = coefficient * sigma
                if H:
                    row = self.network[block - 1][s]
                    c += H * row.bias + abs(H) * self.tau[block][s] << C
                    add(form, H, row.parts)
        return Fraction(self.interval(form)[1] + c, 1 << k)


def copy(form, sign=1):
    return {source: {j: sign * n for j, n in part.items()} for source, part in form.items()}


def latest(form):
    """The latest block with a coefficient that is not 0; 0 if there is none but the inputs."""
    return max((block for block, part in form.items() if any(part.values())), default=0)


def shift(form, bits):
    for part in form.values():
        for j in part:
            part[j] <<= bits


def add(form, factor, parts):
    for source, weights in parts.items():
        part = form.setdefault(source, {})
        for j, w in weights.items():
            part[j] = part.get(j, 0) + factor * w


# ---- 3a. Simplification ----------------------------------------------------------------------------------

def check_roles(network, roles):
    require(len(roles) == len(network) and all(len(r) == len(b) for r, b in zip(roles, network)),
            "R-ROLE", "the roles are not one for each row of the network")
    for b, (letters, block) in enumerate(zip(roles, network), 1):
        for i, (role, row) in enumerate(zip(letters, block)):
            require(row.relu or role in "kb", "R-ROLE", f"block {b} row {i} is an identity with role {role}")
            require(b < len(network) or role in "ka", "R-ROLE", f"output {i} has role {role}")


def prove_claims(problem, certificate):
    """R-CLAIM."""
    network, roles = problem.blocks, certificate.roles
    grid = on_grid(network, certificate.P, certificate.C)
    for number, box, _ in leaves(certificate.claims, [(lower, upper) for lower, upper, _ in problem.inputs]):
        ranges = Ranges(grid, box, certificate.P, certificate.C)
        for b, (letters, block) in enumerate(zip(roles, network), 1):
            for i, (role, row) in enumerate(zip(letters, block)):
                l, h = ranges.z[b][i]
                where = f"block {b} row {i} on leaf {number} of the claims: [{l}, {h}] * 2^-{certificate.P}"
                require(role != "d" or h <= 0, "R-CLAIM", "not dead: " + where)
                require(role not in "ba" or not row.relu or l >= 0, "R-CLAIM", "not linear: " + where)


def rewrite(problem, roles):
    """R-REWRITE: the network g."""
    network = problem.blocks
    weights = sum(len(part) for block in network for row in block for part in row.parts.values())
    expression = {(0, i): (lower, {}) if lower == upper else (Fraction(0), {(0, i): Fraction(1)})
                  for i, (lower, upper, _) in enumerate(problem.inputs)}
    composed, size = {}, 0
    for b, block in enumerate(network, 1):
        for i, row in enumerate(block):
            role = roles[b - 1][i]
            if role == "d":
                expression[b, i] = Fraction(0), {}
                continue
            constant, coefficients = row.bias, {}
            for source, part in row.parts.items():
                for j, w in part:
                    inner_constant, inner = expression[source, j]
                    constant += w * inner_constant
                    for reference, n in inner.items():
                        coefficients[reference] = coefficients.get(reference, 0) + w * n
            composed[b, i] = constant, {r: n for r, n in coefficients.items() if n}
            size += len(composed[b, i][1])
            require(size <= weights + 2_000_000, "R-ROLE", "the composed rows have too many coefficients")
            expression[b, i] = composed[b, i] if role == "b" else (Fraction(0), {(b, i): Fraction(1)})
    read = {(len(network), i) for i in range(len(network[-1]))}
    for key in sorted(composed, reverse=True):
        if key in read:
            read.update(composed[key][1])
    place = {(0, i): (0, i) for i in range(len(problem.inputs))}
    g = []
    for b, block in enumerate(network, 1):
        kept = [i for i in range(len(block)) if (b, i) in read]
        rows = [composed_row(block[i].relu and roles[b - 1][i] == "k", *composed[b, i], place) for i in kept]
        if rows:
            g.append(rows)
            place.update({(b, i): (len(g), new) for new, i in enumerate(kept)})
    return g


def composed_row(relu, constant, coefficients, place):
    parts = {}
    for reference, n in coefficients.items():
        source, j = place[reference]
        parts.setdefault(source, []).append((j, n))
    return Record(relu=relu, bias=constant, parts=parts)


# ---- 7. Rules on form ------------------------------------------------------------------------------------

def check_shape(problem, certificate, g):
    require(len(certificate.inputs) == len(problem.inputs), "R-SHAPE", "another number of inputs")
    require([len(block) for block in certificate.blocks] == [len(block) for block in g],
            "R-SHAPE", "other blocks than the network's")
    for b, (design, network) in enumerate(zip(certificate.blocks, g), 1):
        for i, (row, real) in enumerate(zip(design, network)):
            require(row.relu == real.relu, "R-SHAPE", f"block {b} row {i} has another activation")
    for (block, source), _ in certificate.norms:
        require(1 <= block <= len(g) and source < block, "R-SHAPE", f"there is no norm of {block} from {source}")
    for number, rows in enumerate(node[1] for node in certificate.split if node[0] == "leaf"):
        for block, i in rows:
            require(1 <= block <= len(g) and i < len(g[block - 1]), "R-SHAPE",
                    f"leaf {number} names block {block} row {i}")


def check_wiring(certificate):
    sizes = [len(certificate.inputs)]
    for b, block in enumerate(certificate.blocks, 1):
        for i, row in enumerate(block):
            terms = [(source, j) for source, part in row.parts for j, _, _ in part]
            where = f"block {b} row {i}"
            require(all(one < other for one, other in zip(terms, terms[1:])), "R-WIRING", where + " is not in order")
            require(all(source < b and j < sizes[source] for source, j in terms), "R-WIRING",
                    where + " reads what does not exist")
        sizes.append(len(block))


def ends(lower, upper, grid):
    """The points of [lower, upper] that are possible: its ends, or its first and last grid point."""
    if grid is None:
        return lower, upper
    return ceil_to(lower, grid) * power(-grid), floor_to(upper, grid) * power(-grid)


def check_inputs(problem, certificate):
    for i, (lower, upper, grid) in enumerate(problem.inputs):
        first, last = ends(lower, upper, grid)
        require(first <= last, "R-INPUT-CONVENTION", f"input {i} has no grid point in its range")
    for i, (bounds, put) in enumerate(zip(problem.inputs, certificate.inputs)):
        low, high = (nearest(x, -put.format.lsb) for x in ends(*bounds))
        require((put.low, put.high) == (low, high), "R-INPUT-CODES",
                f"input {i} has codes [{put.low}, {put.high}], its range [{low}, {high}]")
    require(certificate.clamp == problem.clamp, "R-CLAMP", "problem and design differ")
    for i, put in enumerate(certificate.inputs):
        require(inside((put.low, put.high), codes(put.format)), "R-INPUT-FORMAT",
                f"input {i} has codes that its format does not hold")


def codes(form):
    return word(form.width) if form.signed else (0, (1 << form.width) - 1)


def word(width):
    return -(1 << width - 1), (1 << width - 1) - 1


def inside(interval, outer):
    return outer[0] <= interval[0] and interval[1] <= outer[1]


def check_limits(problem, certificate):
    if problem.word is not None:
        for i, put in enumerate(certificate.inputs):
            require(put.format.width <= problem.word, "R-WORD-LIMIT", f"input {i} has {put.format.width} bits")
        for b, i, row in rows_of(certificate.blocks):
            where = f"block {b} row {i}"
            require(row.format.width <= problem.word, "R-WORD-LIMIT", f"{where} has {row.format.width} bits")
            for _, part in row.parts:
                for _, weight, _ in part:
                    bits = (weight if weight > 0 else ~weight).bit_length() + 1
                    require(bits <= problem.word, "R-WORD-LIMIT", f"{where} has a weight of {bits} bits")
    if problem.accumulator is not None:
        for b, i, row in rows_of(certificate.blocks):
            require(row.width <= problem.accumulator, "R-ACCUMULATOR-LIMIT",
                    f"block {b} row {i} has {row.width} bits")


def rows_of(blocks):
    return [(b, i, row) for b, block in enumerate(blocks, 1) for i, row in enumerate(block)]


# ---- 2. and 4. The design on the grids, and the sources of error -------------------------------------------

def pair(network, certificate):
    """Adds to each row of the network on the grids what the design has: w and b, dw and db, rho; R-PRECISION."""
    P, C = certificate.P, certificate.C
    for i, put in enumerate(certificate.inputs):
        require(put.format.lsb - 1 >= -P, "R-PRECISION", f"half an ulp of input {i} is not a multiple of 2^-{P}")
    lsbs = [[put.format.lsb for put in certificate.inputs]]
    for b, (block, designs) in enumerate(zip(network, certificate.blocks), 1):
        for i, (row, design) in enumerate(zip(block, designs)):
            where = f"block {b} row {i}"
            A, Q = design.lsb, design.format.lsb
            row.w = {}
            for source, part in design.parts:
                row.w[source] = {}
                for j, weight, up in part:
                    exact = weight * power(up + A - lsbs[source][j] + C)
                    require(exact.denominator == 1, "R-PRECISION", f"{where}: a weight is not a multiple of 2^-{C}")
                    row.w[source][j] = exact.numerator
            b_hat = design.bias * power(A + P)
            require(b_hat.denominator == 1, "R-PRECISION", f"{where}: the bias is not a multiple of 2^-{P}")
            require(Q - 1 >= -P, "R-PRECISION", f"{where}: half an output ulp is not a multiple of 2^-{P}")
            row.b = b_hat.numerator
            row.db = row.b - row.bias
            row.dw = copy(row.w)
            add(row.dw, -1, row.parts)
            row.dw = {source: {j: n for j, n in part.items() if n} for source, part in row.dw.items()}
            row.rho = (0, 0) if Q <= A else (floor_to(power(A) - power(Q - 1), P), ceil_to(power(Q - 1), P))
        lsbs.append([design.format.lsb for design in designs])


def input_codes(put, bounds):
    return tuple(nearest(x, -put.format.lsb) for x in ends(*bounds))


def input_error(put, bounds, code, P):
    """R-INPUT-ROUNDING."""
    lower, upper, grid = bounds
    q = -put.format.lsb
    half, ulp = power(-q - 1), power(-q)
    if grid is None:
        low, high = -half, half
    elif grid <= q:
        low = high = Fraction(0)
    else:
        low, high = power(-grid) - half, half
    low, high = max(low, code[0] * ulp - upper), min(high, code[1] * ulp - lower)
    return floor_to(low, P), ceil_to(high, P)


# ---- R-OPERATOR-NORM -------------------------------------------------------------------------------------

def proven_norms(network, certificate, inputs):
    """For each block {source: sigma_bp} in units of v, or None where a claim is missing; R-OPERATOR-NORM."""
    sizes = [inputs] + [len(block) for block in network]
    claimed = dict(certificate.norms)
    for (b, p), sigma in claimed.items():
        prove_norm(network[b - 1], p, sizes[p], sigma, certificate.C, f"the norm of block {b} from {p}")
    norms = [None]
    for b, block in enumerate(network, 1):
        real = {p for row in block for p, part in row.parts.items() if part}
        sources = real | {p for row in block for p in row.w} | {p for of, p in claimed if of == b}
        complete = all((b, p) in claimed for p in real)
        norms.append({p: ceil_to(claimed.get((b, p), Fraction(0)), certificate.C)
                      + frobenius(row.dw.get(p, {}) for row in block) for p in sources} if complete else None)
    return norms


def frobenius(parts):
    """The Euclidean norm of all of these, rounded up."""
    return ceil_sqrt(sum(n * n for part in parts for n in part.values()))


def prove_norm(block, source, columns, sigma, C, where):
    rows = len(block)
    require(rows * columns <= LARGEST_COUNT and min(rows, columns) <= 256, "R-OPERATOR-NORM", where + " is too large")
    largest = max((abs(n) for row in block for n in row.parts.get(source, {}).values()), default=0)
    if largest == 0:
        return
    k = largest.bit_length() - C  # the least with largest 2^-C < 2^k
    n = [[0] * columns for _ in block]
    for i, row in enumerate(block):
        for j, w in row.parts.get(source, {}).items():
            n[i][j] = math.floor(w * power(18 - k - C) + Fraction(1, 2))
    t = (sigma - power(k - 19) * ceil_sqrt(rows * columns)) * power(18 - k)
    require(t > 0, "R-OPERATOR-NORM", f"{where} is claimed as {decimal(sigma)}, which is too small")
    vectors = n if rows <= columns else [list(column) for column in zip(*n)]
    q = math.floor(t * t)
    gram = [[q * (i == j) - sum(x * y for x, y in zip(one, other)) for j, other in enumerate(vectors)]
            for i, one in enumerate(vectors)]
    require(positive_definite(gram), "R-OPERATOR-NORM", f"{where} is claimed as {decimal(sigma)}, which is too small")


def positive_definite(m):
    """Sylvester's criterion; the leading principal minors are the pivots of Bareiss' elimination."""
    before = 1
    for k, pivot_row in enumerate(m):
        pivot = pivot_row[k]
        if pivot <= 0:
            return False
        for row in m[k + 1:]:
            head = row[k]
            for j in range(k + 1, len(m)):
                row[j] = (row[j] * pivot - head * pivot_row[j]) // before
        before = pivot
    return True


# ---- 5. Bounds on the error ------------------------------------------------------------------------------

class Errors:
    """Errors on one leaf: delta[b][i] and e[b][i] as intervals, slope[b][i] is 1, 0 or None where unstable."""

    def __init__(self, network, ranges, input_errors, norms, C):
        self.network, self.ranges, self.norms, self.C = network, ranges, norms, C
        self.e, self.delta, self.slope, self.D = [input_errors], [None], [None], [None]
        self.E = [ceil_sqrt(sum(magnitude(e)**2 for e in input_errors))]
        for b, block in enumerate(network, 1):
            self.D.append([self.difference(row, tau) for row, tau in zip(block, ranges.tau[b])])
            sources = [(D[0] + row.rho[0], D[1] + row.rho[1]) for D, row in zip(self.D[b], block)]
            deltas = [self.first_bounds(row, S) for row, S in zip(block, sources)]
            for i, row in enumerate(block):
                if self.find_slope(b, i, deltas[i]) is None:
                    deltas[i] = meet(deltas[i], self.row_centred(row, ranges.tau[b][i]))
            self.delta.append(deltas)
            self.slope.append([self.find_slope(b, i, delta) for i, delta in enumerate(deltas)])
            self.e.append([hull(d, (0, 0)) if s is None else times(s, d) for s, d in zip(self.slope[b], deltas)])
            self.E.append(self.block_norm(b, sources))

    def difference(self, row, tau):
        """R-WEIGHT-DIFFERENCE."""
        low, high = self.ranges.interval(row.dw)
        return (low >> self.C) + row.db - tau, ceil_shift(high, self.C) + row.db + tau

    def propagated(self, row):
        """The range of sum_s w_s e_s."""
        low = high = 0
        for source, part in row.w.items():
            for j, n in part.items():
                l, h = times(n, self.e[source][j])
                low, high = low + l, high + h
        return low >> self.C, ceil_shift(high, self.C)

    def first_bounds(self, row, S):
        """R-FORWARD, and R-NORM for one row."""
        low, high = self.propagated(row)
        norm = sum(frobenius([part]) * self.E[p] for p, part in row.w.items())
        norm = ceil_shift(norm, self.C)
        return meet((low + S[0], high + S[1]), (S[0] - norm, S[1] + norm))

    def find_slope(self, b, i, delta):
        """R-PAIR."""
        l, h = self.ranges.z[b][i]
        if not self.network[b - 1][i].relu or (l >= 0 and l + delta[0] >= 0):
            return 1
        return 0 if h <= 0 and h + delta[1] <= 0 else None

    def block_norm(self, b, sources):
        """R-NORM."""
        direct = ceil_sqrt(sum(magnitude(e)**2 for e in self.e[b]))
        if self.norms[b] is None:
            return direct
        through = ceil_shift(sum(sigma * self.E[p] for p, sigma in self.norms[b].items()), self.C)
        return min(direct, through + ceil_sqrt(sum(magnitude(S)**2 for S in sources)))

    def row_centred(self, row, tau):
        own = row.db + row.rho[0] - tau << self.C, row.db + row.rho[1] + tau << self.C
        low, high = self.centred(copy(row.w), copy(row.dw), own, self.C, {})
        return math.floor(low), math.ceil(high)

    def centred(self, G, B, own, k, chosen):
        """R-CENTRED: the range of sum G e + sum B a + own, in u and not rounded.

        `chosen` has the slopes of R-PATTERNS."""
        C, (low, high), radius = self.C, own, 0
        while block := latest(G):
            eliminated = G.pop(block)
            for form in G, B:
                shift(form, C + 1)
            low, high, radius, k = low << C + 1, high << C + 1, radius << C + 1, k + C + 1
            for s, g in eliminated.items():
                slope = chosen.get((block, s), self.slope[block][s])
                if slope is None:
                    radius += abs(g) * magnitude(self.delta[block][s]) << C
                H = g if slope is None else 2 * slope * g
                if H:
                    row = self.network[block - 1][s]
                    l, h = times(H, row.rho)
                    constant, tau = H * row.db, abs(H) * self.ranges.tau[block][s]
                    low, high = low + (l + constant - tau << C), high + (h + constant + tau << C)
                    add(G, H, row.w)
                    add(B, H, row.dw)
        for i, g in G.get(0, {}).items():
            l, h = times(g, self.e[0][i])
            low, high = low + l, high + h
        return -self.ranges.upper(copy(B, -1), k, radius - low), self.ranges.upper(B, k, radius + high)

    def functional(self, coefficients, rows):
        """R-BOUND: the range of the error of a functional with integer coefficients, in u and not rounded."""
        outputs = len(self.network)
        form = {outputs: dict(enumerate(coefficients))}
        direct = [times(c, e) for c, e in zip(coefficients, self.e[outputs])]
        result = sum(l for l, _ in direct), sum(h for _, h in direct)
        result = meet(result, self.centred(copy(form), {}, (0, 0), 0, {}))
        unstable = [(b, i) for b, i in dict.fromkeys(rows) if self.slope[b][i] is None]
        if unstable:
            patterns = None
            for slopes in itertools.product((0, 1), repeat=len(unstable)):
                one = self.centred(copy(form), {}, (0, 0), 0, dict(zip(unstable, slopes)))
                patterns = one if patterns is None else hull(patterns, one)
            result = meet(result, patterns)
        return result


# ---- 6. No overflow --------------------------------------------------------------------------------------

def check_widths(certificate, errors, element_codes, where):
    """R-OUTPUT-FORMAT and R-ACCUMULATOR; element_codes[0] are the codes of the inputs."""
    P = certificate.P
    for b, i, design in rows_of(certificate.blocks):
        if i == 0:
            element_codes.append([])
        row, (l, h), delta = errors.network[b - 1][i], errors.ranges.z[b][i], errors.delta[b][i]
        A, Q = design.lsb, design.format.lsb
        place = f"block {b} row {i} {where}"
        low, high = ceil_to((l + delta[0]) * power(-P), -Q), floor_to((h + delta[1]) * power(-P), -Q)
        pre = (max(0, low), max(0, high)) if design.relu else (low, high)
        require(inside(pre, codes(design.format)), "R-OUTPUT-FORMAT",
                f"{place} has codes in [{pre[0]}, {pre[1]}], its format holds {codes(design.format)}")
        half = 1 << Q - A - 1 if Q > A else 0
        c = design.bias + half
        terms = [times(weight << up, element_codes[source][j]) for source, part in design.parts
                 for j, weight, up in part]
        if design.modular:
            spread = errors.propagated(row)
            D = errors.D[b][i]
            real = (l + spread[0] + D[0]) * power(-P), (h + spread[1] + D[1]) * power(-P)
            acc = ceil_to(real[0], -A) + half, floor_to(real[1], -A) + half
            acc = meet(acc, (c + sum(p[0] for p in terms), c + sum(p[1] for p in terms)))
        else:
            acc = min(0, c) + sum(min(0, p[0]) for p in terms), max(0, c) + sum(max(0, p[1]) for p in terms)
        require(inside(acc, word(design.width)), "R-ACCUMULATOR",
                f"{place} has sums in [{acc[0]}, {acc[1]}], {design.width} bits hold {word(design.width)}")
        element_codes[b].append(pre)


# ---- The theorem -----------------------------------------------------------------------------------------

def prove(problem, certificate):
    """The proven error of each functional; Rejected if a rule fails."""
    P, C = certificate.P, certificate.C
    box = [(lower, upper) for lower, upper, _ in problem.inputs]
    g = problem.blocks
    if certificate.roles:
        check_roles(g, certificate.roles)
        g = rewrite(problem, certificate.roles)
    check_shape(problem, certificate, g)
    check_wiring(certificate)
    check_inputs(problem, certificate)
    network = on_grid(g, P, C)
    pair(network, certificate)
    check_limits(problem, certificate)
    for tree in certificate.claims, certificate.split:
        for _ in leaves(tree, box):
            pass  # R-CUT
    if certificate.roles:
        prove_claims(problem, certificate)
    norms = proven_norms(network, certificate, len(problem.inputs))
    scales = [math.lcm(*(c.denominator for c in coefficients)) for _, coefficients in problem.functionals]
    proven = [Fraction(0)] * len(scales)
    for number, leaf, rows in leaves(certificate.split, box):
        bounds = [(lower, upper, grid) for (lower, upper), (_, _, grid) in zip(leaf, problem.inputs)]
        if any(first > last for first, last in (ends(*b) for b in bounds)):
            continue  # no grid point: nothing is promised here
        ranges = Ranges(network, leaf, P, C)
        element_codes = [[input_codes(*both) for both in zip(certificate.inputs, bounds)]]
        e = [input_error(put, b, code, P) for put, b, code in zip(certificate.inputs, bounds, element_codes[0])]
        errors = Errors(network, ranges, e, norms, C)
        check_widths(certificate, errors, element_codes, f"on leaf {number}")
        for o, (bound, coefficients) in enumerate(problem.functionals):
            scale = scales[o]
            interval = errors.functional([(c * scale).numerator for c in coefficients], rows)
            proven[o] = max(proven[o], Fraction(magnitude(interval), scale << P))
            require(proven[o] <= bound, "R-BOUND", f"functional {o} on leaf {number}: proven at most "
                    f"{decimal(proven[o])}, promised {decimal(bound)}")
    return proven


def check(problem_text, certificate_text):
    """(exit code, rule or None, proven errors): 0 accepted, 3 malformed, 4 the rule fails."""
    try:
        return 0, None, prove(read_problem(problem_text), read_certificate(certificate_text))
    except Malformed:
        return 3, None, []
    except Rejected as rejected:
        return 4, rejected.rule, []


def theorem(problem, proven):
    """The theorem in words."""
    box = " x ".join(f"[{lower}, {upper}]" for lower, upper, _ in problem.inputs)
    grids = "".join(f", x_{i} a multiple of 2^{-grid}" for i, (_, _, grid) in enumerate(problem.inputs)
                    if grid is not None)
    outside = ("an x outside the box counts as the nearest possible point of the box, to which the design clamps it"
               if problem.clamp else "nothing is promised outside the box")
    lines = [f"proven\n\nFor every x in {box}{grids}, the error of the fixed-point design of network "
             f"'{problem.name}' is within the bounds below, and no value that is used overflows its declared width; "
             f"{outside}.\n"]
    for (bound, coefficients), error in zip(problem.functionals, proven):
        form = " + ".join(f"{c} y_{o}" for o, c in enumerate(coefficients) if c) or "0"
        lines.append(f"{form}: proven at most {decimal(error)}, promised {bound}")
    return "\n".join(lines)


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: certifix_check.py DIR", file=sys.stderr)
        return 2
    try:
        texts = [pathlib.Path(arguments[0], name).read_bytes().decode("latin-1")
                 for name in ("problem.txt", "certificate.txt")]
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 6
    try:
        problem = read_problem(texts[0])
        print(theorem(problem, prove(problem, read_certificate(texts[1]))))
        return 0
    except (Malformed, Rejected) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3 if isinstance(error, Malformed) else 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
