-- SPDX-License-Identifier: Apache-2.0
--
-- What was read of one chain. Hashes, headers and public data are the bytes of docs/protocol.md.

-- Which chain, and how far it was read. One row, once the chain is known.
CREATE TABLE progress (
	only INTEGER PRIMARY KEY CHECK (only = 0),
	genesis BLOB NOT NULL,
	-- The last block of the chain that was read; 0 is the genesis block.
	block INTEGER NOT NULL,
	hash BLOB NOT NULL
) STRICT;

-- Blocks of the rollup in extrinsics, whether or not the chain took them. One header may stand there several times, with
-- different data.
CREATE TABLE commits (
	hash BLOB NOT NULL,
	block INTEGER NOT NULL,
	extrinsic INTEGER NOT NULL,
	number INTEGER NOT NULL,
	parent BLOB NOT NULL,
	-- Requests of this chain that the block consumes.
	requests INTEGER NOT NULL,
	header BLOB NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (hash, block, extrinsic)
) STRICT;

-- Proofs in extrinsics: 192 bytes each, one after the other.
CREATE TABLE proofs (
	hash BLOB NOT NULL,
	block INTEGER NOT NULL,
	extrinsic INTEGER NOT NULL,
	proofs BLOB NOT NULL,
	PRIMARY KEY (hash, block, extrinsic)
) STRICT, WITHOUT ROWID;

-- The last state that was kept, in a file of its own.
CREATE TABLE checkpoint (
	only INTEGER PRIMARY KEY CHECK (only = 0),
	number INTEGER NOT NULL,
	hash BLOB NOT NULL,
	file TEXT NOT NULL
) STRICT;
