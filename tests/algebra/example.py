# SPDX-License-Identifier: Apache-2.0
"""The worked example of docs/protocol.md, followed from the text: transactions are hashed and their
signatures verified, public data is decoded, expanded and replayed, roots, logs, header and public
inputs are computed again. Only the kinds of halves that the example has are read."""

from hashlib import blake2b
from pathlib import Path

from jubjub import decode
from poseidon import R, hash_words
from schnorr import SecretKey, key_word, verify

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "protocol.md"
CAPACITY = [0, 8, 32, 128, 512]
LP = 512


def pack(*fields):
    """The first field stands in the lowest bits."""
    value = shift = 0
    for field, width in fields:
        assert 0 <= field < 1 << width
        value, shift = value + (field << shift), shift + width
    assert shift <= 248
    return value


def digest(tag, data):
    return blake2b(tag.encode("ascii") + data, digest_size=32).digest()


def owner_word(owner):
    return hash_words("owner", [int.from_bytes(owner[:16], "little"), int.from_bytes(owner[16:], "little")])


class Reader:
    def __init__(self, data):
        self.data, self.fees = data, {}

    def take(self, count):
        piece, self.data = self.data[:count], self.data[count:]
        assert len(piece) == count
        return piece

    def int(self, count):
        return int.from_bytes(self.take(count), "big")

    def amount(self):
        first = self.int(1)
        if first >= 0xD0:
            return self.int(first - 0xD0)
        number = first << 24 | self.int(3)
        return number % 10**8 * 10 ** (number // 10**8)

    def fee(self):
        first = self.int(1)
        if first == 0xF0:
            return self.amount()
        return first % 10 * 10 ** (first // 10)


# ---- transactions (section 7.1) ----


def transaction(data, expect):
    reader = Reader(data)
    version, kind, network, expiry = reader.int(1), reader.int(1), reader.int(4), reader.int(8)
    first, second, token, limits, direction = (0, 0, 0), (0, 0, 0), 0, (0, 0), 0
    if kind in (16, 17):
        chain, account, nonce, token = reader.int(1), reader.int(4), reader.int(4), reader.int(2)
        subject = owner_word(reader.take(32))
        amount, fee = reader.int(16), reader.int(16)
        first = (chain, account, nonce)
    else:
        subject = reader.int(8)
        chains = subject & 255, subject >> 24 & 255
        if kind == 32:
            direction, account, nonce = reader.int(1), reader.int(4), reader.int(4)
            first = (chains[direction], account, nonce)
            amount, limits = reader.int(16), (reader.int(16), 0)
        else:
            assert kind == 33
            first = (chains[0], reader.int(4), reader.int(4))
            second = (chains[1], reader.int(4), reader.int(4))
            amount, limits = reader.int(16), (reader.int(16), reader.int(16))
        fee = reader.int(16)
    debits = [field for debit in (first, second) for field in zip(debit, (8, 24, 32))]
    message = hash_words("tx", [
        pack((version, 8), (kind, 8), (network, 32), (expiry, 40), *debits),
        pack((amount, 112), (fee, 80), (token, 16)),
        pack((limits[0], 112), (limits[1], 112), (direction, 8)),
        subject,
    ])
    key, r, s = reader.take(32), reader.take(32), reader.take(32)
    verify(key, message, r, s)
    expect("example: nothing after a transaction", not reader.data)
    return message, limits


# ---- public data (section 9) ----


def read_halves(data):
    """Registers and halves of a stream; a half is its list of cells, and what replay needs."""
    reader = Reader(data)
    registers = [(reader.int(2), reader.amount(), reader.amount()) for _ in range(reader.int(1))]
    halves = []
    while reader.data:
        head = reader.int(1)
        pool = registers[head & 7][0] if head >= 0xA0 else None
        if head < 0x80:
            token, source, target, amount = head & 63, reader.int(3), reader.int(3), reader.amount()
            if head < 0x40:
                reader.fees[token] = reader.fee()
            fee = reader.fees.get(token, 0)
            cells = [(0x10, 0, source, token, amount, fee, 0), (0x11, 0, target, token, amount, 0, 0)]
            halves.append(("signed", cells, None, None))
        elif head == 0x82:
            token, account, receiver = reader.int(2), reader.int(3), reader.take(32)
            cells = [(0x12, 0, account, token, reader.amount(), reader.fee(), owner_word(receiver))]
            halves.append(("signed", cells, None, None))
        elif head == 0x88:
            flags, account, token, owner = reader.int(1), reader.int(3), reader.int(2), reader.take(32)
            cells = [(0x01, flags & 1, account, token, reader.amount(), 0, owner_word(owner))]
            if flags & 2:
                cells.append((0x02, 2, account, 0, 0, 0, key_word(decode(reader.take(32)))))
            halves.append(("pair" if flags & 2 else "any", cells, owner, None))
        elif head == 0x8A:
            flags, account, owner = reader.int(1), reader.int(3), reader.take(32)
            key = key_word(decode(reader.take(32)))
            cells = [(0x04, flags, account, 0, 0, 0, owner_word(owner)), (0x02, flags & 2, account, 0, 0, 0, key)]
            halves.append(("pair", cells, owner, None))
        elif head == 0x8B:
            slot, side, params = reader.int(2), reader.int(1), reader.int(8)
            halves.append(("any", [(0x05, 0, 0, slot, side, 0, params)], None, None))
        elif head & 0xF8 == 0xA0:
            cells = [(0x20, 0, reader.int(3), pool, reader.amount(), reader.fee(), 0)]
            halves.append(("signed", cells, None, pool))
        elif head & 0xF8 == 0xB0:
            account, owner = reader.int(3), reader.take(32)
            halves.append(("any", [(0x21, 1, account, pool, reader.amount(), 0, owner_word(owner))], owner, pool))
        elif head & 0xF8 == 0xB8:
            account, x, fee, minted = reader.int(3), reader.amount(), reader.fee(), reader.amount()
            cells = [(0x22, 0, account, pool, x, fee, 0), (0x23, 0, account, pool, minted, 0, 0)]
            halves.append(("pair", cells, None, pool))
        else:
            assert head & 0xF8 == 0xC0, f"the example has no half {head:#x}"
            halves.append(("signed", [(0x24, 0, reader.int(3), pool, reader.amount(), 0, 0)], None, pool))
    return registers, halves


def expand(registers, halves, size_class):
    slots = []
    for place, cells, _, _ in halves:
        if place != "any" and len(slots) % 2 or len(cells) == 2 and len(slots) % 2:
            slots.append(None)
        slots += cells
    slots += [None] * (CAPACITY[size_class] - len(slots))
    words = []
    for cell in slots:
        *fields, aux = cell or (0,) * 7
        words += [pack(*zip(fields, (8, 8, 24, 16, 112, 80))), aux]
    registers = [pack((slot, 16), (own, 112), (foreign, 112), (1, 8)) for slot, own, foreign in registers]
    return words + registers + [0] * (8 - len(registers))


# ---- state (section 5) and replay (section 9.5) ----


def tree(tag, depth, leaves):
    empty = 0
    for _ in range(depth):
        parents = {}
        for index, node in leaves.items():
            parents.setdefault(index // 4, [empty] * 4)[index % 4] = node
        leaves = {index: hash_words(tag, children) for index, children in parents.items()}
        empty = hash_words(tag, [empty] * 4)
    return leaves.get(0, empty)


class State:
    def __init__(self):
        self.accounts, self.pools = {}, {}

    def roots(self):
        leaf = lambda it: hash_words("account", [
            owner_word(it["owner"]), it["key"], it["nonce"], tree("nodebal", 5, it["balances"])])
        pool = lambda it: hash_words("poolleaf", [
            pack((it["params"], 64), (it["side"], 8)), pack((it["own"], 112), (it["foreign"], 112)), it["supply"]])
        accounts = tree("nodeacct", 12, {index: leaf(it) for index, it in self.accounts.items()})
        pools = tree("nodepool", 5, {slot: pool(it) for slot, it in self.pools.items()})
        return accounts, pools, hash_words("root", [accounts, pools])

    def move(self, account, token, by):
        balances = self.accounts[account]["balances"]
        balances[token] = balances.get(token, 0) + by
        assert 0 <= balances[token] < 2**112
        if not balances[token]:
            del balances[token]

    def replay(self, registers, halves, fee_account):
        """Applies the halves; returns, for the joint ones, what their log entries say of the register."""
        fees, entries = {}, []
        for _, cells, owner, slot in halves:
            for code, flags, account, selector, amount, fee, aux in cells:
                if flags & 1:
                    assert account == len(self.accounts)
                    self.accounts[account] = {"owner": owner, "key": 0, "nonce": 0, "balances": {}}
                pool = self.pools.get(slot)
                token = None
                if pool:
                    token = pool["params"] >> (8, 32)[pool["side"]] & 0xFFFF
                if code in (0x20, 0x21, 0x22, 0x24):
                    entries.append((code, pool["side"], pool["own"], amount, pool["supply"],
                                    pool["params"], owner_word(self.accounts[account]["owner"])))
                if code == 0x01:
                    assert self.accounts[account]["owner"] == owner
                    self.move(account, selector, amount)
                elif code == 0x02 and flags & 2:
                    self.accounts[account]["key"] = aux
                elif code == 0x04:
                    assert (self.accounts[account]["owner"] == owner) == bool(flags & 2)
                elif code == 0x05:
                    assert selector == len(self.pools)
                    self.pools[selector] = {"params": aux, "side": amount, "own": 0, "foreign": 0, "supply": 0}
                elif code in (0x10, 0x12):
                    self.move(account, selector, -amount - fee)
                    self.accounts[account]["nonce"] += 1
                    token = selector
                elif code == 0x11:
                    self.move(account, selector, amount)
                elif code in (0x20, 0x22, 0x24):
                    self.move(account, token, -amount - fee)
                    self.accounts[account]["nonce"] += 1
                    pool["own"] += amount
                elif code == 0x21:
                    self.move(account, token, amount)
                    pool["own"] -= amount
                elif code == 0x23:
                    pool["supply"] += amount + (1000 if pool["supply"] == 0 else 0)
                    self.move(account, LP + slot, amount)
                if fee:
                    fees[token] = fees.get(token, 0) + fee
        for slot, own, foreign in registers:
            assert self.pools[slot]["own"] == own
            self.pools[slot]["foreign"] = foreign
        for token, fee in fees.items():
            self.move(fee_account, token, fee)
        return entries


# ---- the text ----


def check_example(expect):
    text = DOCUMENT.read_text().split("<!-- example:begin -->")[1].split("<!-- example:end -->")[0]
    lines = [line.split() for line in text.splitlines()]
    word = lambda digits: int(digits, 16)

    def equal(name, found, written):
        expect(f"example: {name}", found == written)

    for name, seed in (("alice", 0xA1), ("bob", 0xB0)):
        _, _, key, _, value = next(line for line in lines if line[:2] == [name, "key"])
        secret = SecretKey(bytes([seed]) * 32)
        equal(f"key of {name}", (secret.public_key.hex(), key_word(secret.point)), (key, word(value)))
    states = {1: State(), 2: State()}
    empty = states[1].roots()[2]
    next_index = {1: 0, 2: 0}
    genesis = bytes([0x11]) * 32, bytes([0x22]) * 32
    chain_list = digest("ligature/chains/1", (7).to_bytes(4, "big") + b"\2" + b"\1" + genesis[0] + b"\2" + genesis[1])
    members = b"".join(bytes([member]) * 32 for member in (0x31, 0x32, 0x33, 0x34))
    member_set = digest("ligature/members/1", (0).to_bytes(4, "big") + (4).to_bytes(2, "big") + members)
    keys = {"chain": digest("ligature/vk/1", b"chain 1"), "join": digest("ligature/vk/1", b"join 1")}

    def header_bytes(number, parent, timestamp, version, keys_digest, join_class, parts):
        data = b"\1" + (7).to_bytes(4, "big") + chain_list + number.to_bytes(8, "big") + parent
        data += (0).to_bytes(4, "big") * 2 + member_set + timestamp.to_bytes(8, "big")
        data += version.to_bytes(2, "big") + keys_digest + bytes([join_class, len(parts)])
        for chain, it in parts.items():
            data += bytes([chain, it["class"]])
            data += b"".join(root.to_bytes(32, "little") for root in it["roots"])
            data += b"".join(field.to_bytes(4, "big") for field in (*it["next"], it["fee account"]))
            data += it["commitment"].to_bytes(32, "little") + it["length"].to_bytes(4, "big")
            data += it["log"].to_bytes(32, "little") + it["count"].to_bytes(4, "big")
            data += it["priority"].to_bytes(2, "big")
        return data

    nothing = {"class": 0, "roots": (empty, empty), "next": (0, 0), "fee account": 0, "commitment": 0,
               "length": 0, "log": 0, "count": 0, "priority": 0}
    header = header_bytes(0, bytes(32), 0, 0, bytes(32), 0, {1: nothing, 2: nothing})
    parent = digest("ligature/header/1", header)
    roots = {1: empty, 2: empty}
    transactions, parts, logs = {}, {}, {}
    number = timestamp = chain = None
    checked = 0
    for line in lines:
        match line:
            case ["empty", "state", "root", value]:
                equal("empty root", empty, word(value))
            case ["genesis", "header", "hash", value]:
                equal("genesis header", parent.hex(), value)
            case ["###", "Block", value]:
                number, transactions, parts, logs = int(value), {}, {}, {}
            case ["Timestamp", value]:
                timestamp = int(value.rstrip("."))
            case ["signed", data]:
                message, limits = transaction(bytes.fromhex(data), expect)
                transactions[message] = limits
            case ["transaction", "hash", value]:
                equal(f"transaction {value}", word(value) in transactions, True)
            case ["Chain", name, "class", value]:
                chain, size_class = int(name.rstrip(",")), int(value.rstrip(":"))
            case ["public", "data", data]:
                data = bytes.fromhex(data)
                registers, halves = read_halves(data)
                words = expand(registers, halves, size_class)
                commitment = hash_words("pubdata", words)
                old = len(states[chain].accounts)
                entries = states[chain].replay(registers, halves, 0)
                priority = sum(cells[0][0] in range(1, 6) for _, cells, _, _ in halves)
                after = states[chain].roots()
                parts[chain] = {
                    "class": size_class, "roots": (roots[chain], after[2]), "fee account": 0,
                    "next": (old, len(states[chain].accounts)), "commitment": commitment, "length": len(data),
                    "log": 0, "count": len(entries), "priority": priority}
                roots[chain] = after[2]
                logs[chain] = [{} for _ in entries]
                seen = set()
            case ["slot", slot, "head", head, "aux", aux]:
                at = 2 * int(slot)
                equal(f"block {number} chain {chain} slot {slot}", words[at : at + 2], [word(head), word(aux)])
                seen.add(at)
            case ["register", register, value]:
                at = 2 * CAPACITY[size_class] + int(register)
                equal(f"block {number} chain {chain} register {register}", words[at], word(value))
                seen.add(at)
            case ["commitment", value]:
                equal(f"block {number} chain {chain} commitment", commitment, word(value))
                heads = [*range(0, 2 * CAPACITY[size_class], 2), *range(2 * CAPACITY[size_class], len(words))]
                equal("words not written are 0", [at for at in heads if words[at]], sorted(seen))
            case ["log", place, "commitment", value]:
                written = [logs[chain][int(place) - 1][name] for name in ("e0", "e1", "e2", "e3", "tx", "owner")]
                code, side, before, amount, supply, params, owner = entries[int(place) - 1]
                limits = transactions[written[4]] if code != 0x21 else (0, 0)
                shares = 0
                if code == 0x22:
                    shares = written[2] >> 112
                    supply_after = states[chain].pools[0]["supply"]
                    equal("shares", shares + (1000 if supply == 0 else 0) + supply, supply_after)
                # One joint operation per block: the reserves after it are the registers'.
                foreign = states[chain].pools[0]["foreign"]
                equal(f"block {number} chain {chain} entry {place}", written, [
                    pack((before, 112), (amount, 112), (code, 8), (side, 8)),
                    pack((foreign, 112), (limits[0], 112)),
                    pack((supply, 112), (shares, 112)),
                    pack((limits[1], 112), (params, 64)),
                    written[4], owner])
                parts[chain]["log"] = hash_words("log", [parts[chain]["log"], *written])
                equal(f"block {number} chain {chain} log {place}", parts[chain]["log"], word(value))
            case ["log", place, name, value]:
                logs[chain][int(place) - 1][name] = word(value)
            case ["account", index, "owner", owner, "key", key, "nonce", nonce, "balances", *balances]:
                it = states[chain].accounts[int(index)]
                held = {int(token): int(value) for token, value in (balance.split(":") for balance in balances)}
                equal(f"block {number} chain {chain} account {index}", it, {
                    "owner": bytes.fromhex(owner), "key": word(key), "nonce": int(nonce), "balances": held})
            case ["pool", slot, "params", params, "side", side, "own", own, "foreign", foreign, "supply", supply]:
                equal(f"block {number} chain {chain} pool {slot}", states[chain].pools[int(slot)], {
                    "params": word(params), "side": int(side), "own": int(own), "foreign": int(foreign),
                    "supply": int(supply)})
            case [("accounts" | "pools" | "state") as name, "root", value]:
                place = ("accounts", "pools", "state").index(name)
                equal(f"block {number} chain {chain} {name} root", after[place], word(value))
                checked += 1
            case ["header", data]:
                digests = b"".join(bytes([part["class"]]) + keys["chain"] for part in parts.values())
                keys_digest = digest("ligature/keys/1", b"\0\1" + b"\1" + keys["join"] + digests)
                header = header_bytes(number, parent, timestamp, 1, keys_digest, 1, parts)
                parent = digest("ligature/header/1", header)
                equal(f"block {number} header", header.hex(), data)
            case ["header", "hash", value]:
                equal(f"block {number} header hash", parent.hex(), value)
            case ["final", "root", value]:
                equal(f"block {number} final root", hash_words("final", [number, *roots.values()]), word(value))
            case ["public", "input", "chain", name, value]:
                it = parts[int(name)]
                equal(f"block {number} public input of chain {name}", hash_words("chainpi", [
                    pack((7, 32), (1, 16), (int(name), 8), (it["class"], 8), (number, 64), (timestamp, 64)),
                    pack((it["fee account"], 24), (it["next"][0], 32), (it["next"][1], 32), (it["length"], 32),
                         (it["count"], 32)),
                    *it["roots"], it["commitment"], it["log"]]), word(value))
            case ["public", "input", "join", value]:
                words = [pack((7, 32), (1, 16), (1, 8), (2, 8), (number, 64))]
                for chain, it in parts.items():
                    words += [pack((chain, 8), (it["count"], 32)), it["log"]]
                equal(f"block {number} public input of the join", hash_words("joinpi", words + [0] * 4), word(value))
                checked += 1
    expect("example: both blocks were followed to their end", checked == 14)
