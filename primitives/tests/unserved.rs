// SPDX-License-Identifier: Apache-2.0

//! A chain that leaves out the order of keys takes exactly the blocks that one takes which does not.
//!
//! Queues of requests, as the door lets them in, are served by random blocks: honest ones, and ones in which
//! keys, other bytes, halves or requests were changed. Both ways of reading must agree on every one.

#![allow(missing_docs, reason = "each test says in its name what it shows")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

use ark_ed_on_bls12_381::EdwardsAffine;
use ark_serialize::CanonicalSerialize;
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::SizeClass,
	ids::{AccountIndex, ChainId, Owner, PoolSlot, Side, TokenId},
	keys::{PublicKey, SecretKey},
	op::{
		ChangePubKeyHalf, CreatePoolHalf, DepositHalf, ExitBurnHalf, FullExitHalf, Half,
		KeyOutcome, Receiver, TransferHalf, WithdrawHalf, Writer,
	},
	pool::PoolParams,
	poseidon::Word,
	priority::PriorityRequest,
	pubdata::{PublicData, UnservedData},
	refusal::Refusal,
};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};
use std::collections::BTreeMap;

const OWNER: Owner = Owner([9; 32]);
const POOL: PoolSlot = PoolSlot(5);
const PARAMS: PoolParams = PoolParams {
	chain0: ChainId(1),
	token0: TokenId(0),
	chain1: ChainId(2),
	token1: TokenId(3),
	fee_bps: 30,
};

struct Dice(ChaCha20Rng);

impl Dice {
	fn below(&mut self, end: usize) -> usize {
		(self.0.next_u64() % end as u64) as usize
	}

	fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
		choices[self.below(choices.len())].clone()
	}

	fn account(&mut self) -> AccountIndex {
		AccountIndex::new(self.below(1 << 24) as u32).expect("below 2^24")
	}

	fn amount(&mut self) -> Amount {
		Amount::new(self.below(1_000_000) as u128 + 1).expect("an amount")
	}
}

fn class() -> SizeClass {
	SizeClass::new(2).expect("a class")
}

fn encoded(point: EdwardsAffine) -> PublicKey {
	let mut bytes = [0; 32];
	point.serialize_compressed(&mut bytes[..]).expect("32 bytes take a point");
	PublicKey(bytes)
}

/// A point of the order 2.
fn low_order() -> EdwardsAffine {
	EdwardsAffine::new_unchecked(Word::from(0), -Word::from(1))
}

fn keys() -> Vec<PublicKey> {
	(0..4).map(|seed| SecretKey::from_seed(&[seed; 32]).public_key()).collect()
}

/// Bytes that are no keys, each for another reason; the name of the reason is checked here.
fn no_keys() -> Vec<PublicKey> {
	use ark_ec::AffineRepr;
	let mixed = encoded((EdwardsAffine::generator() + low_order()).into());
	let no_point = (2..).map(|byte| PublicKey([byte; 32])).find(|key| key.decode_point().is_err());
	let cases = [
		(encoded(EdwardsAffine::default()), Refusal::KeyIsIdentity),
		(encoded(low_order()), Refusal::KeyNotInSubgroup),
		(mixed, Refusal::KeyNotInSubgroup),
		(PublicKey([0xFF; 32]), Refusal::KeyNotCanonical),
		(no_point.expect("half of all numbers are no y"), Refusal::KeyNotCanonical),
	];
	for (key, refusal) in cases {
		assert_eq!(key.validate().map_err(Refusal::from).err(), Some(refusal), "{key}");
	}
	cases.map(|(key, _)| key).to_vec()
}

/// A request that passes the door.
fn request(dice: &mut Dice) -> PriorityRequest {
	let key = dice.one_of(&keys());
	let request = match dice.below(8) {
		0..3 => PriorityRequest::Deposit {
			token: TokenId(3),
			owner: OWNER,
			amount: dice.amount(),
			key: (dice.below(4) > 0).then_some(key),
		},
		3..6 => {
			let account = (dice.below(2) == 0).then(|| dice.account());
			PriorityRequest::ChangePubKey { account, owner: OWNER, key }
		},
		6 => PriorityRequest::FullExit {
			account: dice.account(),
			token: dice.one_of(&[TokenId(3), TokenId(512 + POOL.0)]),
			owner: OWNER,
		},
		_ => PriorityRequest::CreatePool { slot: POOL, side: Side::Zero, params: PARAMS },
	};
	assert_eq!(request.check(), Ok(()));
	request
}

/// A half that serves the request.
fn serving(dice: &mut Dice, request: &PriorityRequest) -> Half {
	let account = dice.account();
	match request.clone() {
		PriorityRequest::Deposit { token, owner, amount, key } => {
			let created = dice.below(2) == 0;
			DepositHalf { account, created, token, owner, amount, key }.into()
		},
		PriorityRequest::FullExit { account, token, owner } => match token.lp_slot() {
			None => FullExitHalf { account, token, owner, paid: dice.amount() }.into(),
			Some(slot) => {
				let none = Amount::ZERO;
				ExitBurnHalf { account, slot, owner, shares: none, amount0: none }.into()
			},
		},
		PriorityRequest::ChangePubKey { account: named, owner, key } => {
			let outcome = match named {
				Some(_) => dice.one_of(&[KeyOutcome::Refused, KeyOutcome::Applied]),
				None => dice.one_of(&[KeyOutcome::Created, KeyOutcome::Applied]),
			};
			let account = named.unwrap_or(account);
			ChangePubKeyHalf { account, outcome, owner, key }.into()
		},
		PriorityRequest::CreatePool { slot, side, params } => {
			CreatePoolHalf { slot, side, params }.into()
		},
	}
}

/// A half that L1 knows nothing of.
fn signed(dice: &mut Dice) -> Half {
	let (from, token) = (dice.account(), TokenId(3));
	let (amount, fee) = (dice.amount(), Fee::ZERO);
	match dice.below(3) {
		0 => {
			let to = Receiver::existing(dice.account());
			TransferHalf { token, from, to, amount, fee }.into()
		},
		1 => {
			let to = Receiver::new(dice.account(), OWNER);
			TransferHalf { token, from, to, amount, fee }.into()
		},
		_ => WithdrawHalf { token, account: from, receiver: OWNER, amount, fee }.into(),
	}
}

/// The stream of these halves, whatever stands in them.
fn stream(halves: &[Half]) -> Vec<u8> {
	let touched = halves.iter().any(|half| half.pool().is_some());
	// One register of two small amounts, or none.
	let head = if touched { vec![1, 0, POOL.0 as u8, 0xD1, 10, 0xD1, 20] } else { vec![0] };
	let slots = [POOL];
	let mut writer = Writer::new(head, &slots[..usize::from(touched)]);
	halves.iter().for_each(|half| half.write(&mut writer).expect("its pool is listed"));
	writer.into_bytes()
}

fn set_key(half: &mut Half, key: PublicKey) {
	match half {
		Half::Deposit(half) => half.key = Some(key),
		Half::ChangePubKey(half) => half.key = key,
		_ => unreachable!("no other half has a key"),
	}
}

/// Why a chain refuses a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
	Malformed(Refusal),
	NotServed,
}

type Taken = (PublicData, Word);

/// With every key checked where it is read.
fn strict(bytes: &[u8], queue: &[PriorityRequest]) -> Result<Taken, Why> {
	let data = PublicData::decode(bytes, class()).map_err(Why::Malformed)?;
	let commitment = data.commitment(class()).map_err(Why::Malformed)?;
	let mut queue = queue.iter();
	let priority = data.halves.iter().filter(|half| half.is_priority());
	for half in priority {
		let serves = queue.next().is_some_and(|request| request.matches(half));
		if !serves {
			return Err(Why::NotServed);
		}
	}
	Ok((data, commitment))
}

/// As the chain does it.
fn lax(bytes: &[u8], queue: &[PriorityRequest]) -> Result<Taken, Why> {
	let data = UnservedData::decode_located(bytes, class())
		.map_err(|malformed| Why::Malformed(malformed.refusal))?;
	let commitment = data.commitment(class()).map_err(Why::Malformed)?;
	let mut queue = queue.iter();
	let data = data.served(|half| {
		let serves = queue.next().is_some_and(|request| request.matches(half));
		if serves { Ok(()) } else { Err(Why::NotServed) }
	})?;
	Ok((data, commitment))
}

#[test]
fn unserved_data_should_be_taken_exactly_when_strict_decoding_takes_it() {
	let rounds = if std::env::var_os("LIGATURE_LONG").is_some() { 40_000 } else { 800 };
	let mut dice = Dice(ChaCha20Rng::seed_from_u64(12));
	let (keys, no_keys) = (keys(), no_keys());
	let mut seen = BTreeMap::<_, usize>::new();
	for round in 0..rounds {
		let queue: Vec<_> = (0..1 + dice.below(4)).map(|_| request(&mut dice)).collect();
		let mut halves: Vec<_> = queue.iter().map(|request| serving(&mut dice, request)).collect();
		for _ in 0..dice.below(3) {
			let at = dice.below(halves.len() + 1);
			halves.insert(at, signed(&mut dice));
		}
		let with_key: Vec<_> = (0..halves.len()).filter(|i| halves[*i].key().is_some()).collect();
		if !with_key.is_empty() && dice.below(3) > 0 {
			let key = if dice.below(4) == 0 { dice.one_of(&keys) } else { dice.one_of(&no_keys) };
			set_key(&mut halves[dice.one_of(&with_key)], key);
		}
		let mut bytes = stream(&halves);
		if dice.below(4) == 0 {
			let at = dice.below(bytes.len());
			bytes[at] ^= 1 << dice.below(8);
		}

		let (strict, lax) = (strict(&bytes, &queue), lax(&bytes, &queue));
		let outcome = match (&strict, &lax) {
			(Ok(strict), Ok(lax)) => {
				assert_eq!(strict, lax, "round {round}");
				None
			},
			(Err(why), Err(_)) => Some(*why),
			_ => panic!("round {round}: {strict:?} and {lax:?} of 0x{}", hex::encode(&bytes)),
		};
		*seen.entry(outcome).or_default() += 1;
	}
	// It has met what it is about.
	for outcome in [
		None,
		Some(Why::NotServed),
		Some(Why::Malformed(Refusal::KeyIsIdentity)),
		Some(Why::Malformed(Refusal::KeyNotInSubgroup)),
		Some(Why::Malformed(Refusal::KeyNotCanonical)),
	] {
		assert!(seen.get(&outcome).is_some_and(|count| *count >= 10), "{outcome:?}: {seen:?}");
	}
}

/// A half without a request has no place where its key could hide.
#[test]
fn keys_should_stand_in_priority_operations_only() {
	let mut dice = Dice(ChaCha20Rng::seed_from_u64(13));
	for _ in 0..200 {
		let request = request(&mut dice);
		let half = serving(&mut dice, &request);
		assert!(half.is_priority());
		let signed = signed(&mut dice);
		assert!(!signed.is_priority() && signed.key().is_none());
	}
}

/// What is no point has no word, and is refused before any queue is asked.
#[test]
fn unserved_data_should_have_no_commitment_when_a_key_is_no_point() {
	let key = PublicKey([0xFF; 32]);
	let account = AccountIndex::new(1).expect("an index");
	let half = ChangePubKeyHalf { account, outcome: KeyOutcome::Applied, owner: OWNER, key };
	let bytes = stream(&[half.into()]);
	let data = UnservedData::decode_located(&bytes, class()).expect("the form is right");
	assert_eq!(data.commitment(class()), Err(Refusal::KeyNotCanonical));
	assert_eq!(PublicData::decode(&bytes, class()), Err(Refusal::KeyNotCanonical));
}
