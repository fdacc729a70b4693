# SPDX-License-Identifier: Apache-2.0
"""The cases of the test vectors. Inputs are drawn from a hash, so that they are the same each time."""

from hashlib import blake2b

from jubjub import GENERATOR, IDENTITY, L, Refused, add, decode, encode, multiply, negate, on_curve, square_root
from poseidon import R, hash_words, permute
from schnorr import SecretKey, challenge, key_word, validate_key, verify

TAGS = (
    "owner key account poolleaf nodeacct nodebal nodepool root final tx sig log pubdata chainpi joinpi"
).split()


def random_bytes(*labels, size=64):
    return blake2b(repr(labels).encode(), digest_size=size).digest()


def random_word(*labels):
    return int.from_bytes(random_bytes(*labels), "little") % R


def word(value):
    return f"0x{value:064x}"


def data(value):
    return "0x" + value.hex()


def poseidon_vectors():
    states = [list(range(3)), list(range(5)), [0] * 3, [0] * 5, [R - 1] * 3, [R - 1] * 5]
    states += [[random_word("state", t, i, j) for j in range(t)] for t in (3, 5) for i in range(8)]
    inputs = [(tag, [random_word("hash", tag, i) for i in range(n)]) for n, tag in enumerate(TAGS, 1)]
    # What an implementation without length or domain would not tell apart.
    inputs += [("owner", [7] + [0] * n) for n in range(6)] + [("key", [7]), ("log", [0] * 7), ("pubdata", [])]
    inputs += [("pubdata", [random_word("pubdata", i) for i in range(24)])]
    return {
        "permutations": [
            {"input": [word(x) for x in state], "output": [word(x) for x in permute(state)]}
            for state in states
        ],
        "hashes": [
            {"tag": tag, "words": [word(x) for x in words], "hash": word(hash_words(tag, words))}
            for tag, words in inputs
        ],
    }


def torsion_points():
    """One point each of order 2, 4 and 8."""
    order_4 = (square_root(R - 1), 0)
    n = 0
    while True:
        n += 1
        try:
            point = multiply(L, decode(n.to_bytes(32, "little")))
        except Refused:
            continue
        if multiply(4, point) != IDENTITY:
            break
    assert on_curve(order_4) and multiply(8, point) == IDENTITY
    return {2: (0, R - 1), 4: order_4, 8: point}


def outcome(check, *arguments):
    try:
        check(*arguments)
    except Refused as reason:
        return str(reason)
    return "Ok"


def key_cases():
    torsion = torsion_points()
    good = SecretKey(b"\x01" * 32).point
    sign = 1 << 255
    number = lambda value: value.to_bytes(32, "little")
    yield "a key", encode(good)
    yield "its negative", encode(negate(good))
    yield "the generator", encode(GENERATOR)
    yield "the identity", encode(IDENTITY)
    yield "the identity with the sign bit", number(1 | sign)
    yield "the point of order 2 with the sign bit", number(R - 1 | sign)
    for order, point in torsion.items():
        yield f"a point of order {order}", encode(point)
    for order, point in torsion.items():
        yield f"a key plus a point of order {order}", encode(add(good, point))
    yield "y = the order of the field", number(R)
    yield "y = 1 plus the order of the field", number(R + 1)
    yield "all bits set", b"\xff" * 32
    y = next(y for y in range(2, 100) if outcome(decode, number(y)) == "NotOnCurve")
    yield f"y = {y}, which no point has", number(y)
    yield f"y = {y} with the sign bit", number(y | sign)


def invalid_signatures():
    """Signatures that a careless verifier would take."""
    torsion = torsion_points()
    key = SecretKey(random_bytes("signer", size=32))
    other = SecretKey(random_bytes("other", size=32))
    message = random_word("message")
    r, s = key.sign(message)
    s_value = int.from_bytes(s, "little")
    number = lambda value: value.to_bytes(32, "little")
    yield "another message", key.public_key, (message + 1) % R, r, s
    yield "another key", other.public_key, message, r, s
    yield "the negative key", encode(negate(key.point)), message, r, s
    yield "s + 1", key.public_key, message, r, number((s_value + 1) % L)
    yield "s + l", key.public_key, message, r, number(s_value + L)
    yield "s = l", key.public_key, message, r, number(L)
    yield "s = 2^256 - 1", key.public_key, message, r, b"\xff" * 32
    yield "all zeros", key.public_key, message, bytes(32), bytes(32)
    yield "the negative R", key.public_key, message, encode(negate(decode(r))), s
    yield "R and s exchanged with another message's", key.public_key, message, *key.sign(message + 1)
    yield "R = -0", key.public_key, message, number(1 | 1 << 255), s
    yield "R on no point", key.public_key, message, next(
        number(y) for y in range(2, 100) if outcome(decode, number(y)) == "NotOnCurve"
    ), s

    # The right equation with R written as y + r.
    counter = 0
    while True:
        counter += 1
        commitment, s_again = key.sign(message + counter)
        written = int.from_bytes(commitment, "little")
        if (written & ((1 << 255) - 1)) + R < 1 << 255:
            break
    yield "R not reduced", key.public_key, message + counter, number(written + R), s_again

    # Valid if both sides were multiplied by the cofactor.
    for order, point in torsion.items():
        nonce = key.nonce(message)
        commitment = add(multiply(nonce, GENERATOR), point)
        s_value = (nonce + challenge(commitment, key.point, message) * key.scalar) % L
        yield f"R plus a point of order {order}", key.public_key, message, encode(commitment), number(s_value)
    for order, point in torsion.items():
        mixed = add(key.point, point)
        nonce = key.nonce(message)
        commitment = multiply(nonce, GENERATOR)
        s_value = (nonce + challenge(commitment, mixed, message) * key.scalar) % L
        yield f"the key plus a point of order {order}", encode(mixed), message, encode(commitment), number(s_value)

    # Under a key of small order anybody can sign.
    for order, point in {1: IDENTITY, **torsion}.items():
        yield f"a key of order {order}", encode(point), message, encode(IDENTITY), number(0)

    # The challenge has 128 bits below its fixed one, the domain, and depends on the key.
    nonce = key.nonce(message)
    commitment = multiply(nonce, GENERATOR)
    top, words = 2**128, [*commitment, key_word(key.point), message]
    coordinates = [*commitment, *key.point, message]
    for name, value in (
        ("the whole hash as challenge", hash_words("sig", words)),
        ("the high bits as challenge", top + (hash_words("sig", words) >> 128)),
        ("a challenge without its highest bit", hash_words("sig", words) % top),
        ("another domain", top + hash_words("tx", words) % top),
        ("a challenge without the key", top + hash_words("sig", [*commitment, message]) % top),
        ("the key's coordinates instead of its word", top + hash_words("sig", coordinates) % top),
    ):
        yield name, key.public_key, message, encode(commitment), number((nonce + value * key.scalar) % L)


def key_vectors():
    seeds = [bytes(32), b"\xff" * 32] + [random_bytes("seed", i, size=32) for i in range(14)]
    l1_signatures = [b""] + [random_bytes("l1", i, size=size) for i, size in enumerate((32, 64, 64, 64, 64))]
    l1_signatures.append(random_bytes("l1") + b"\x01")

    def derived(secret):
        return {
            "secret": word(secret.scalar),
            "prefix": data(secret.prefix),
            "x": word(secret.point[0]),
            "y": word(secret.point[1]),
            "public_key": data(secret.public_key),
            "word": word(key_word(secret.point)),
        }

    signatures = []
    for i, seed in enumerate(seeds):
        secret = SecretKey(seed)
        for message in {0: (0, R - 1), 1: (1,)}.get(i, (random_word("message", i), random_word("again", i))):
            r, s = secret.sign(message)
            signatures.append(
                {
                    "seed": data(seed),
                    "message": word(message),
                    "nonce": word(secret.nonce(message)),
                    "r": data(r),
                    "s": data(s),
                }
            )
    # Whoever knows the secret may choose any nonce, zero included.
    secret = SecretKey(seeds[2])
    chosen = []
    for nonce in (0, 1, L - 1):
        message = random_word("chosen", nonce)
        r, s = secret.sign(message, nonce)
        chosen.append(
            {"public_key": data(secret.public_key), "message": word(message), "r": data(r), "s": data(s)}
        )
    return {
        "from_seed": [{"seed": data(seed), **derived(SecretKey(seed))} for seed in seeds],
        "from_l1_signature": [
            {"signature": data(signature), **derived(SecretKey.from_l1_signature(signature))}
            for signature in l1_signatures
        ],
        "signatures": signatures,
        "signatures_with_chosen_nonce": chosen,
        "key_validation": [
            {"case": case, "public_key": data(key), "result": outcome(validate_key, key)}
            for case, key in key_cases()
        ],
        "refused_signatures": [
            {
                "case": case,
                "public_key": data(key),
                "message": word(message),
                "r": data(r),
                "s": data(s),
                "result": outcome(verify, key, message, r, s),
            }
            for case, key, message, r, s in invalid_signatures()
        ],
    }


FILES = {"poseidon.json": poseidon_vectors, "keys.json": key_vectors}
