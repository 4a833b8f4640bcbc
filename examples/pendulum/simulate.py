#!/usr/bin/env python3
"""Closes the loop twice: the pendulum of train.py, held upright once by the network in floating point
and once by the emitted integer program, from the same starts.

usage: examples/pendulum/simulate.py LIBRARY      the emitted C as a shared library
"""
import ctypes
import math
import pathlib
import struct
import sys

from train import FRICTION, GRAVITY, LENGTH, MASS, forward

PERIOD, STEPS = 0.01, 300  # a torque every 10 ms, for 3 s
STARTS = [(0.3, 0.0), (-0.4, 1.0), (0.2, -2.5), (-0.1, 2.0)]  # rad, rad/s


def fields(message):
    """The (number, value) pairs of a protobuf message: bytes, or an integer."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        size = varint()
        if key & 7 == 2:
            yield key >> 3, message[at:at + size]
            at += size
        else:
            yield key >> 3, size


def network():
    """The layers of model.onnx as train.forward() wants them."""
    graph = dict(fields((pathlib.Path(__file__).parent / "model.onnx").read_bytes()))[7]
    tensors = []
    for number, value in fields(graph):
        if number == 5:
            dims = [d for n, d in fields(value) if n == 1]
            raw = dict(fields(value))[9]
            numbers = list(struct.unpack("<%df" % (len(raw) // 4), raw))
            width = dims[-1]
            rows = [numbers[i:i + width] for i in range(0, len(numbers), width)]
            tensors.append(rows if len(dims) == 2 else rows[0])
    return list(zip(tensors[0::2], tensors[1::2]))


def float_controller():
    layers = network()
    return lambda state: forward(layers, list(state))[-1][0]


def integer_controller(path):
    infer = ctypes.CDLL(str(pathlib.Path(path).resolve())).pendulum_infer_real

    def torque(state):
        output = (ctypes.c_double * 1)()
        infer((ctypes.c_double * 2)(*state), output)
        return output[0]

    return torque


def acceleration(angle, speed, torque):
    inertia = MASS * LENGTH * LENGTH
    return (MASS * GRAVITY * LENGTH * math.sin(angle) - FRICTION * speed + torque) / inertia


def simulate(controller, start):
    """The angles after each period; Runge-Kutta of order 4 with the torque held."""
    angle, speed = start
    angles, h = [angle], PERIOD
    for _ in range(STEPS):
        u = controller((angle, speed))
        k1, l1 = speed, acceleration(angle, speed, u)
        k2, l2 = speed + h / 2 * l1, acceleration(angle + h / 2 * k1, speed + h / 2 * l1, u)
        k3, l3 = speed + h / 2 * l2, acceleration(angle + h / 2 * k2, speed + h / 2 * l2, u)
        k4, l4 = speed + h * l3, acceleration(angle + h * k3, speed + h * l3, u)
        angle += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        speed += h / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
        angles.append(angle)
    return angles


def settled(angles):
    """Seconds until the angle stays below 0.02 rad."""
    last = max((i for i, angle in enumerate(angles) if abs(angle) >= 0.02), default=-1)
    return f"{(last + 1) * PERIOD:.2f} s" if last + 1 < len(angles) else "never"


def main():
    in_float, in_integers = float_controller(), integer_controller(sys.argv[1])
    print("  start               upright (|angle| < 0.02 rad) after    largest difference")
    print("  rad     rad/s       float        integers               of the angles")
    for start in STARTS:
        a, b = simulate(in_float, start), simulate(in_integers, start)
        difference = max(abs(x - y) for x, y in zip(a, b))
        print(f"  {start[0]:4.1f}    {start[1]:5.1f}       {settled(a):8}     {settled(b):8}"
              f"               {difference:.5f} rad")
        if settled(b) == "never" or difference > 0.05:
            sys.exit("the loops differ")


if __name__ == "__main__":
    main()
