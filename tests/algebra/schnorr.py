# SPDX-License-Identifier: Apache-2.0
"""Keys and signatures of the ledger, as the protocol specifies them."""

from hashlib import blake2b

from jubjub import COFACTOR, GENERATOR, IDENTITY, L, Refused, add, decode, encode, multiply
from poseidon import R, hash_words


def hash_to_scalar(data):
    while (scalar := int.from_bytes(blake2b(data).digest(), "little") % L) == 0:
        data += b"\0"
    return scalar


def blake2(tag, data):
    return blake2b(tag + data, digest_size=32).digest()


class SecretKey:
    def __init__(self, seed):
        self.scalar = hash_to_scalar(b"ligature/key/1" + seed)
        self.prefix = blake2(b"ligature/prefix/1", seed)
        self.point = multiply(self.scalar, GENERATOR)

    @classmethod
    def from_l1_signature(cls, signature):
        return cls(blake2(b"ligature/seed/1", signature))

    @property
    def public_key(self):
        return encode(self.point)

    def nonce(self, message):
        return hash_to_scalar(b"ligature/nonce/1" + self.prefix + message.to_bytes(32, "little"))

    def sign(self, message, nonce=None):
        nonce = self.nonce(message) if nonce is None else nonce
        commitment = multiply(nonce, GENERATOR)
        s = (nonce + challenge(commitment, self.point, message) * self.scalar) % L
        return encode(commitment), s.to_bytes(32, "little")


def key_word(point):
    return hash_words("key", list(point))


def challenge(commitment, key, message):
    return 2**128 + hash_words("sig", [*commitment, key_word(key), message]) % 2**128


def validate_key(data):
    point = decode(data)
    if point == IDENTITY:
        raise Refused("Identity")
    if multiply(COFACTOR, point) == IDENTITY:
        raise Refused("SmallOrder")
    if multiply(L, point) != IDENTITY:
        raise Refused("NotInSubgroup")
    return point


def verify(key, message, r, s):
    """Raises `Refused` unless the signature is one of the message under the key."""
    point = validate_key(key)
    try:
        commitment = decode(r)
    except Refused as reason:
        raise Refused("Commitment" + str(reason)) from None
    scalar = int.from_bytes(s, "little")
    if scalar >= L:
        raise Refused("ScalarNotReduced")
    assert message < R
    right = add(commitment, multiply(challenge(commitment, point, message), point))
    if multiply(scalar, GENERATOR) != right:
        raise Refused("Mismatch")
