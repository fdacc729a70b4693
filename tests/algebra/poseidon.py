# SPDX-License-Identifier: Apache-2.0
"""Poseidon over the scalar field of BLS12-381, from the paper (eprint 2019/458): the Grain LFSR of
its appendix gives the constants, and the permutation is applied as it is defined."""

from functools import cache

R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
BITS = 255
FULL_ROUNDS = 8
PARTIAL_ROUNDS = {3: 57, 5: 60}


def grain_bits(t):
    """The output of the self-shrinking generator, seeded with what the instance is."""
    state = []
    for value, width in ((1, 2), (0, 4), (BITS, 12), (t, 12), (FULL_ROUNDS, 10), (PARTIAL_ROUNDS[t], 10)):
        state += [value >> i & 1 for i in reversed(range(width))]
    state += [1] * 30
    assert len(state) == 80

    def step():
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        del state[0]
        state.append(bit)
        return bit

    for _ in range(160):
        step()
    while True:
        # Bits come in pairs; the second counts if the first is one.
        keep, bit = step(), step()
        if keep:
            yield bit


@cache
def constants(t):
    """Round constants by round, and the Cauchy matrix 1 / (x_i + y_j)."""
    bits = grain_bits(t)

    def integer():
        value = 0
        for _ in range(BITS):
            value = value << 1 | next(bits)
        return value

    def below_order():
        while (value := integer()) >= R:
            pass
        return value

    rounds = [[below_order() for _ in range(t)] for _ in range(FULL_ROUNDS + PARTIAL_ROUNDS[t])]
    while True:
        points = [integer() % R for _ in range(2 * t)]
        xs, ys = points[:t], points[t:]
        sums = [(x + y) % R for x in xs for y in ys]
        if len(set(points)) == 2 * t and all(sums):
            return rounds, [[pow(x + y, -1, R) for y in ys] for x in xs]


def permute(state):
    t = len(state)
    rounds, matrix = constants(t)
    for number, row in enumerate(rounds):
        state = [(x + c) % R for x, c in zip(state, row)]
        full = number < FULL_ROUNDS // 2 or number >= len(rounds) - FULL_ROUNDS // 2
        state = [pow(x, 5, R) if full or i == 0 else x for i, x in enumerate(state)]
        state = [sum(m * x for m, x in zip(line, state)) % R for line in matrix]
    return state


def hash_words(tag, words):
    """The hash of a fixed number of words, with tag and number in the capacity."""
    capacity = int.from_bytes(tag.encode("ascii"), "little") + (len(words) << 64)
    assert len(tag) <= 8
    if len(words) <= 2:
        return permute(([capacity, *words, 0, 0])[:3])[1]
    state = [capacity, 0, 0, 0, 0]
    for start in range(0, len(words), 4):
        for i, word in enumerate(words[start : start + 4]):
            state[1 + i] = (state[1 + i] + word) % R
        state = permute(state)
    return state[1]
