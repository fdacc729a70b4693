// SPDX-License-Identifier: Apache-2.0

//! Records of blocks: what is written is what is read, and executing it gives the same block.

use super::world::*;
use crate::{
	BlockError, BlockParams, Ledger, SealedBlock,
	record::{BlockRecord, RecordError, TAG},
	tree::{Sequential, Threads},
};
use ligature_primitives::{
	constants::SizeClass,
	ids::{BlockNumber, PoolSlot, Side, Timestamp, TokenId},
	op::{ChangePubKey, CreatePool, Deposit, Operation, Target},
	pool::PoolParams,
	refusal::Refusal,
};
use proptest::{
	prelude::*,
	test_runner::{Config, RngSeed},
};
use std::{collections::BTreeSet, num::NonZero, sync::LazyLock};

/// A pool that does not exist yet.
const AC: PoolParams =
	PoolParams { chain0: A, token0: TokenId(3), chain1: C, token1: TokenId(4), fee_bps: 0 };

/// The ledger before a block with every kind of operation, what goes into the block, and the block.
fn block() -> (Ledger, BlockRecord, SealedBlock) {
	let mut world = World::with_pools();
	let mut before = world.ledger.clone();
	let params = world.ledger.open_block().expect("begun").clone();
	let key = secret(7).public_key();
	let operations: Vec<Operation> = vec![
		Deposit {
			chain: C,
			token: TokenId(9),
			owner: owner(7),
			amount: amount(5),
			key: Some(key),
			target: Target::New,
		}
		.into(),
		world.exit(B, 2, 3).into(),
		world.exit(A, 1, 512).into(),
		ChangePubKey { chain: A, account: None, owner: owner(7), key, target: Target::New }.into(),
		ChangePubKey {
			chain: B,
			account: Some(index(2)),
			owner: owner(2),
			key: secret(2).public_key(),
			target: at(2),
		}
		.into(),
		CreatePool { chain: A, slot: PoolSlot(3), side: Side::Zero, params: AC }.into(),
		world.add_op(2, AA, 10, (10_000, 10_000), |_| ()).into(),
		world.swap(AA, Side::Zero, 70, |body| body.nonce.0 += 2).into(),
		world.remove(AA, 20, |_| ()).into(),
		world.transfer(3, |body| body.nonce.0 += 1).into(),
		world.withdraw(2, |body| body.nonce.0 += 2).into(),
	];
	for operation in &operations {
		world.apply(operation.clone()).unwrap();
	}
	// The world has begun the block already.
	before.abandon();
	(before, BlockRecord { params, operations }, world.seal())
}

#[test]
fn executing_a_record_should_give_the_same_block() {
	let (before, record, sealed) = block();
	let kinds: BTreeSet<_> = record.operations.iter().map(Operation::kind).collect();
	assert_eq!(kinds.len(), 9, "every kind but Noop is there");

	let read = BlockRecord::decode(&record.encode()).unwrap();
	assert_eq!(read, record);
	for threads in [false, true] {
		let mut ledger = before.clone();
		let again = if threads {
			read.execute(&mut ledger, &Threads::new(NonZero::<usize>::MIN.saturating_add(1)))
		} else {
			read.execute(&mut ledger, &Sequential)
		};
		assert_eq!(again.unwrap(), sealed);
		assert_eq!(ledger.number(), sealed.number);
	}
}

#[test]
fn bytes_should_be_those_of_the_appendix() {
	let deposit = Deposit {
		chain: B,
		token: TokenId(1),
		owner: owner(5),
		amount: amount(6),
		key: None,
		target: Target::New,
	};
	let record = BlockRecord {
		params: BlockParams {
			number: BlockNumber(3),
			timestamp: Timestamp::new(4).unwrap(),
			fee_accounts: vec![index(8), index(9)],
			classes: vec![SizeClass::new(1).unwrap(), SizeClass::new(2).unwrap()],
			join_class: ligature_primitives::constants::JoinClass::EMPTY,
			verify_signatures: true,
		},
		operations: vec![deposit.into()],
	};
	let request = [&[1, 0, 1][..], &[5; 32], &6u128.to_be_bytes(), &[0], &[0; 32]].concat();
	let bytes = [
		&b"ligature/block/1"[..],
		&3u64.to_be_bytes(),
		&4u64.to_be_bytes(),
		&[0, 2],
		&[0, 0, 0, 8, 1],
		&[0, 0, 0, 9, 2],
		&1u32.to_be_bytes(),
		&(5 + request.len() as u16).to_be_bytes(),
		&[2, 255, 255, 255, 255],
		&request,
	]
	.concat();
	assert_eq!(record.encode(), bytes);
	assert_eq!(BlockRecord::decode(&bytes), Ok(record));
}

#[test]
fn garbage_should_be_refused_by_name() {
	let (_, record, _) = block();
	let bytes = record.encode();
	for length in 0..bytes.len() {
		let refusal = BlockRecord::decode(&bytes[..length]).unwrap_err();
		let expected =
			if length < TAG.len() { Refusal::WrongVersion } else { Refusal::UnexpectedEnd };
		assert_eq!(refusal, expected, "{length} bytes");
	}
	let longer = [&bytes[..], &[0]].concat();
	assert_eq!(BlockRecord::decode(&longer), Err(Refusal::TrailingBytes));

	let change = |at: usize, byte: u8| {
		let mut bytes = bytes.clone();
		bytes[at] = byte;
		BlockRecord::decode(&bytes).unwrap_err()
	};
	// Tag, number, timestamp, join class, count of chains, fee accounts and classes.
	assert_eq!(change(15, b'2'), Refusal::WrongVersion);
	assert_eq!(change(24, 1), Refusal::TimeTooLarge);
	assert_eq!(change(32, 5), Refusal::UnknownClass);
	for chains in [0, 1, 5, 255] {
		assert_eq!(change(33, chains), Refusal::ChainCount);
	}
	assert_eq!(change(34, 1), Refusal::IndexTooLarge);
	assert_eq!(change(38, 5), Refusal::UnknownClass);
	// The first operation: a deposit on chain 9.
	assert_eq!(change(49 + 4 + 2, 0), Refusal::UnknownKind);
	assert_eq!(change(49 + 4 + 3, 0xFE), Refusal::IndexTooLarge);

	// Operations without a target.
	for operation in record.operations.iter().filter(|operation| {
		matches!(
			operation,
			Operation::Withdraw(_) | Operation::AddLiquidity(_) | Operation::CreatePool(_)
		)
	}) {
		let record = BlockRecord { operations: vec![operation.clone()], ..record.clone() };
		let mut bytes = record.encode();
		bytes[49 + 4 + 2 + 4] = 1;
		assert_eq!(BlockRecord::decode(&bytes), Err(Refusal::WrongTarget), "{operation:?}");
	}
}

#[test]
fn changed_bytes_should_never_be_another_writing_of_the_same() {
	let (_, record, _) = block();
	let bytes = record.encode();
	let mut read = 0;
	for at in 0..bytes.len() {
		for bit in 0..8 {
			let mut changed = bytes.clone();
			changed[at] ^= 1 << bit;
			if let Ok(other) = BlockRecord::decode(&changed) {
				assert_ne!(other, record);
				assert_eq!(other.encode(), changed, "byte {at}, bit {bit}");
				read += 1;
			}
		}
	}
	assert!(read > bytes.len(), "most fields take any value");
}

proptest! {
	#![proptest_config(Config {
		rng_seed: RngSeed::Fixed(0xB10C),
		failure_persistence: None,
		..Config::with_cases(20_000)
	})]

	#[test]
	fn spliced_bytes_should_be_refused_or_come_back(
		places in prop::collection::vec((any::<prop::sample::Index>(), 0usize..9), 1..4),
		noise in prop::collection::vec(any::<u8>(), 0..9),
	) {
		static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| block().1.encode());
		let mut bytes = BYTES.clone();
		for (place, length) in places {
			let from = place.index(bytes.len());
			let to = bytes.len().min(from + length);
			bytes.splice(from..to, noise.iter().copied());
		}
		if let Ok(record) = BlockRecord::decode(&bytes) {
			prop_assert_eq!(record.encode(), bytes);
		}
	}
}

#[test]
fn a_record_that_does_not_fit_should_leave_the_ledger_as_it_was() {
	let (before, record, _) = block();
	let mut ledger = before.clone();
	let mut twice = record.clone();
	twice.operations.push(record.operations[9].clone());
	assert_eq!(
		twice.execute(&mut ledger, &Sequential),
		Err(RecordError::Operation { place: 11, refusal: Refusal::NonceMismatch })
	);
	assert_eq!(ledger, before);

	let mut later = record.clone();
	later.params.number.0 += 1;
	let error = RecordError::Block(BlockError::Refused(Refusal::WrongNumber));
	assert_eq!(later.execute(&mut ledger, &Sequential), Err(error));
	assert_eq!(ledger, before);
	assert!(record.execute(&mut ledger, &Sequential).is_ok());
}
