# SPDX-License-Identifier: Apache-2.0
"""JubJub: -x^2 + y^2 = 1 + d x^2 y^2 over the scalar field of BLS12-381, in affine coordinates
with the complete addition law, and the encoding of its points."""

from poseidon import R

D = -10240 * pow(10241, -1, R) % R
# The order of the prime-order subgroup; the curve has 8 times as many points.
L = 6554484396890773809930967563523245729705921265872317281365359162392183254199
COFACTOR = 8
IDENTITY = (0, 1)
GENERATOR = (
    8076246640662884909881801758704306714034609987455869804520522091855516602923,
    13262374693698910701929044844600465831413122818447359594527400194675274060458,
)


class Refused(Exception):
    """Bytes that are refused, and the name of the reason."""


def on_curve(point):
    x, y = point
    return (-x * x + y * y - 1 - D * x * x * y * y) % R == 0


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    k = D * x1 * x2 * y1 * y2 % R
    # 1 + k and 1 - k by one inversion.
    inverse = pow((1 + k) * (1 - k), -1, R)
    x = (x1 * y2 + y1 * x2) * (1 - k) * inverse % R
    y = (y1 * y2 + x1 * x2) * (1 + k) * inverse % R
    return x, y


def negate(p):
    return -p[0] % R, p[1]


def multiply(scalar, point):
    result = IDENTITY
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def square_root(a):
    """Tonelli-Shanks, None if `a` is not a square."""
    if a == 0:
        return 0
    if pow(a, (R - 1) // 2, R) != 1:
        return None
    odd, two_adicity = R - 1, 0
    while odd % 2 == 0:
        odd, two_adicity = odd // 2, two_adicity + 1
    non_square = next(n for n in range(2, 100) if pow(n, (R - 1) // 2, R) == R - 1)
    root_of_unity = pow(non_square, odd, R)
    root, rest = pow(a, (odd + 1) // 2, R), pow(a, odd, R)
    while rest != 1:
        power, order = rest, 0
        while power != 1:
            power, order = power * power % R, order + 1
        factor = pow(root_of_unity, 1 << (two_adicity - order - 1), R)
        root, rest = root * factor % R, rest * factor * factor % R
    return root


def encode(point):
    """y little-endian; the highest bit is set if x is the greater one of x and -x."""
    x, y = point
    return (y | (x > R - x) << 255 if x else y).to_bytes(32, "little")


def decode(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= R:
        raise Refused("NotCanonical")
    x = square_root((y * y - 1) * pow(1 + D * y * y, -1, R) % R)
    if x is None:
        raise Refused("NotOnCurve")
    if x == 0 and sign:
        raise Refused("NotCanonical")
    if (x > R - x) != sign and x:
        x = R - x
    assert on_curve((x, y))
    return x, y
