#!/usr/bin/env python3
"""Trains the controller of examples/pendulum and writes model.onnx and box.vnnlib.

A pendulum of 0.5 kg on a massless rod of 0.5 m stands upside down on a motor that gives at most
3 N m. The teacher is the linear-quadratic regulator of the linearised pendulum, saturated at the
motor's limit; the network (2-16-16-1, ReLU) learns to imitate it on the box of states
    angle   in [-1, 1] rad from upright
    speed   in [-4, 4] rad/s
and gives the torque in N m.

Standard library only. The result is the same, byte for byte, on every machine: only +, -, *, /, sqrt
and the Mersenne twister are used, never libm's rounded functions, never sum() (whose rounding
depends on the version of Python).

usage: examples/pendulum/train.py [FOLDER]      writes into FOLDER, default: this folder
"""
import math
import pathlib
import random
import struct
import sys

MASS, LENGTH, GRAVITY, FRICTION, TORQUE_LIMIT = 0.5, 0.5, 9.81, 0.02, 3.0
BOX = [("-1.0", "1.0"), ("-4.0", "4.0")]  # rad, rad/s; these texts are the exact bounds
SIZES = [2, 16, 16, 1]
STEPS, BATCH, RATE = 4000, 24, 0.004


def regulator_gains():
    """The gains (k_angle, k_speed) of the LQR with costs 10 angle^2 + speed^2 + torque^2.

    With the linearisation  speed' = a angle - d speed + b torque  the Riccati equation of a
    second-order system has a closed solution.
    """
    inertia = MASS * LENGTH * LENGTH
    a, d, b = GRAVITY / LENGTH, FRICTION / inertia, 1.0 / inertia
    p12 = (a + math.sqrt(a * a + b * b * 10.0)) / (b * b)
    p22 = (-d + math.sqrt(d * d + b * b * (1.0 + 2.0 * p12))) / (b * b)
    return b * p12, b * p22


def teacher(angle, speed, gains):
    torque = -(gains[0] * angle + gains[1] * speed)
    return max(-TORQUE_LIMIT, min(TORQUE_LIMIT, torque))


def dot(a, b):
    total = 0.0
    for x, y in zip(a, b):
        total += x * y
    return total


def forward(layers, x):
    """The values of every layer, x first; ReLU on all but the last."""
    values = [x]
    for number, (weights, bias) in enumerate(layers):
        z = [dot(row, values[-1]) + b for row, b in zip(weights, bias)]
        values.append(z if number == len(layers) - 1 else [v if v > 0.0 else 0.0 for v in z])
    return values


def add_gradient(layers, gradient, x, target):
    """Adds the gradient of (output - target)^2 / 2 at one sample."""
    values = forward(layers, x)
    delta = [values[-1][0] - target]
    for number in range(len(layers) - 1, -1, -1):
        weights, _ = layers[number]
        source = values[number]
        weight_gradient, bias_gradient = gradient[number]
        back = [0.0] * len(source)
        for row, row_gradient, i in zip(weights, weight_gradient, range(len(delta))):
            e = delta[i]
            if e == 0.0:
                continue
            bias_gradient[i] += e
            for j, h in enumerate(source):
                row_gradient[j] += e * h
                back[j] += e * row[j]
        delta = [e if h > 0.0 else 0.0 for e, h in zip(back, source)]


def zeros():
    return [([[0.0] * n for _ in range(k)], [0.0] * k) for n, k in zip(SIZES, SIZES[1:])]


def train():
    rng = random.Random(2023)
    gains = regulator_gains()
    layers = zeros()
    for weights, _ in layers:
        spread = math.sqrt(6.0 / len(weights[0]))  # He's uniform initialisation
        for row in weights:
            row[:] = [spread * (2.0 * rng.random() - 1.0) for _ in row]
    first, second = zeros(), zeros()  # Adam's moments
    decay1, decay2 = 1.0, 1.0
    bounds = [(float(low), float(high)) for low, high in BOX]
    for step in range(STEPS):
        gradient = zeros()
        for k in range(BATCH):
            # Every third sample lies near the upright position, where the loop spends its time.
            zoom = 0.15 if k % 3 == 0 else 1.0
            x = [zoom * (low + (high - low) * rng.random()) for low, high in bounds]
            add_gradient(layers, gradient, x, teacher(x[0], x[1], gains))
        decay1, decay2 = decay1 * 0.9, decay2 * 0.999
        rate = RATE * (1.0 - step / STEPS)
        for layer, grad, m, v in zip(layers, gradient, first, second):
            for row, g, mm, vv in [*zip(layer[0], grad[0], m[0], v[0]), (layer[1], grad[1], m[1], v[1])]:
                for j, slope in enumerate(g):
                    slope /= BATCH
                    mm[j] = 0.9 * mm[j] + 0.1 * slope
                    vv[j] = 0.999 * vv[j] + 0.001 * slope * slope
                    row[j] -= rate * (mm[j] / (1.0 - decay1)) / (math.sqrt(vv[j] / (1.0 - decay2)) + 1e-8)
    return layers


# The ONNX file, written field by field: a protobuf message is a row of (number, value) pairs.
def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, dims, values):
    raw = struct.pack("<%df" % len(values), *values)
    return b"".join(field(1, d) for d in dims) + field(2, 1) + field(8, name) + field(9, raw)


def value_info(name, size):
    batch, width = field(1, field(2, "batch")), field(1, field(1, size))
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, batch + width)))


def onnx(layers):
    graph, current = b"", "state"
    for number, (weights, bias) in enumerate(layers, 1):
        last = number == len(layers)
        z = "torque" if last else f"z{number}"
        trans_b = field(1, "transB") + field(3, 1) + field(20, 2)
        graph += field(1, field(1, current) + field(1, f"W{number}") + field(1, f"b{number}") + field(2, z)
                       + field(3, f"layer{number}") + field(4, "Gemm") + field(5, trans_b))
        if not last:
            current = f"h{number}"
            graph += field(1, field(1, z) + field(2, current) + field(3, f"relu{number}") + field(4, "Relu"))
    graph += field(2, "pendulum")
    for number, (weights, bias) in enumerate(layers, 1):
        flat = [w for row in weights for w in row]
        graph += field(5, tensor(f"W{number}", [len(weights), len(weights[0])], flat))
        graph += field(5, tensor(f"b{number}", [len(bias)], bias))
    graph += field(11, value_info("state", SIZES[0])) + field(12, value_info("torque", SIZES[-1]))
    return field(1, 7) + field(2, "train.py") + field(7, graph) + field(8, field(1, "") + field(2, 13))


def vnnlib():
    lines = ["; The states of the pendulum: angle (rad) and speed (rad/s).",
             *(f"(declare-const X_{i} Real)" for i in range(len(BOX))), "(declare-const Y_0 Real)"]
    for i, (low, high) in enumerate(BOX):
        lines += [f"(assert (>= X_{i} {low}))", f"(assert (<= X_{i} {high}))"]
    return "\n".join(lines) + "\n"


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    layers = train()
    gains = regulator_gains()
    worst = 0.0
    for i in range(-20, 21):
        for j in range(-20, 21):
            x = [i / 20.0, j / 5.0]
            worst = max(worst, abs(forward(layers, x)[-1][0] - teacher(x[0], x[1], gains)))
    print(f"trained: at most {worst:.3f} N m from the regulator on a grid of 41 x 41 states")
    (folder / "model.onnx").write_bytes(onnx(layers))
    (folder / "box.vnnlib").write_text(vnnlib())


if __name__ == "__main__":
    main()
