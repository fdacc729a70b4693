-- SPDX-License-Identifier: Apache-2.0
--
-- What an operator must not lose. Hashes, headers and proofs are the bytes of docs/protocol.md; times are
-- milliseconds since 1970.

-- Whose database this is. One row.
CREATE TABLE meta (
	only INTEGER PRIMARY KEY CHECK (only = 0),
	-- Version of these tables and of what stands in them.
	format INTEGER NOT NULL,
	-- Both are null until the first operator claims the database.
	network INTEGER,
	genesis BLOB,
	revert_epoch INTEGER NOT NULL,
	-- Place of the next transaction that arrives.
	next_place INTEGER NOT NULL
) STRICT;

INSERT INTO meta (only, format, revert_epoch, next_place) VALUES (0, 1, 0, 0);

CREATE TABLE transactions (
	hash BLOB PRIMARY KEY,
	place INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	-- 0 waits, 1 is in a block, 2 was dropped.
	state INTEGER NOT NULL,
	block INTEGER,
	operation INTEGER,
	-- What it wrote, as JSON.
	receipt TEXT,
	-- Why it was dropped, as JSON.
	refusal TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX transactions_waiting ON transactions (place) WHERE state = 0;
CREATE INDEX transactions_of_block ON transactions (block, operation) WHERE state = 1;

-- Blocks, those that were taken back as well: a prover may still ask for one.
CREATE TABLE blocks (
	number INTEGER NOT NULL,
	hash BLOB NOT NULL,
	header BLOB NOT NULL,
	record BLOB NOT NULL,
	operations INTEGER NOT NULL,
	joint INTEGER NOT NULL,
	-- Per chain, 8 bytes each, the first request that no block up to this one serves.
	served BLOB NOT NULL,
	-- The hashes of its transactions, 32 bytes each, in order.
	transactions BLOB NOT NULL,
	built_at INTEGER NOT NULL,
	proofs_at INTEGER,
	-- Whether it was taken back.
	gone INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (number, hash)
) STRICT;

CREATE UNIQUE INDEX blocks_standing ON blocks (number) WHERE gone = 0;

CREATE TABLE public_data (
	number INTEGER NOT NULL,
	hash BLOB NOT NULL,
	chain INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (number, hash, chain)
) STRICT;

-- When a block reached a stage on a chain: 0 committed, 1 proven, 2 certified, 3 executed.
CREATE TABLE stages (
	number INTEGER NOT NULL,
	hash BLOB NOT NULL,
	chain INTEGER NOT NULL,
	stage INTEGER NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (number, hash, chain, stage)
) STRICT, WITHOUT ROWID;

-- What blocks that were taken back did, to be done again first and in this order: a request of a chain, or a
-- transaction.
CREATE TABLE replay (
	place INTEGER PRIMARY KEY,
	chain INTEGER,
	request INTEGER,
	hash BLOB,
	CHECK ((chain IS NULL) = (request IS NULL) AND (chain IS NULL) <> (hash IS NULL))
) STRICT;

-- States of the chains after a block; position is the chain's in the header.
CREATE TABLE snapshots (
	number INTEGER NOT NULL,
	position INTEGER NOT NULL,
	hash BLOB NOT NULL,
	state BLOB NOT NULL,
	PRIMARY KEY (number, position)
) STRICT;

-- part is the chain of a half, or 0 for the join.
CREATE TABLE proofs (
	number INTEGER NOT NULL,
	hash BLOB NOT NULL,
	part INTEGER NOT NULL,
	proof BLOB NOT NULL,
	PRIMARY KEY (number, hash, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE votes (
	-- Never given twice, even if the last one is forgotten.
	place INTEGER PRIMARY KEY AUTOINCREMENT,
	message BLOB NOT NULL,
	member BLOB NOT NULL,
	signature BLOB NOT NULL,
	UNIQUE (message, member, signature)
) STRICT;
