// SPDX-License-Identifier: Apache-2.0

//! A seeded byte fuzzer over every decoder of the crate, as an ordinary test.
//!
//! Valid values are made at random, encoded, and mutated; the results and wholly random strings are
//! decoded. No input may panic, what decodes must encode to the same bytes, and what encodes must
//! decode to the same value. Each test takes some seconds; `LIGATURE_LONG=1` makes it a hundred times
//! longer. The seed is fixed: a failure prints the bytes, which then belong into a test of their own.

use ligature_primitives::{
	amount::{Amount, Fee},
	constants::SizeClass,
	header::{ChainHeader, Header},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::{PublicKey, SecretKey, Signature},
	op::*,
	pool::PoolParams,
	poseidon::Word,
	priority::PriorityRequest,
	pubdata::{PublicData, Register},
	refusal::Refusal,
	vote::{Certificate, VoteKind, VoteMessage},
};
use rand_chacha::{
	ChaCha20Rng,
	rand_core::{RngCore, SeedableRng},
};
use std::{collections::BTreeSet, fmt::Debug};

/// How often a test repeats itself.
fn rounds(normal: usize) -> usize {
	if std::env::var_os("LIGATURE_LONG").is_some() { 100 * normal } else { normal }
}

struct Source {
	rng: ChaCha20Rng,
	keys: Vec<PublicKey>,
}

impl Source {
	fn new(seed: u64) -> Self {
		let keys = (0..8).map(|i| SecretKey::from_seed(&[i; 32]).public_key()).collect();
		Self { rng: ChaCha20Rng::seed_from_u64(seed), keys }
	}

	/// A number below `end`.
	fn below(&mut self, end: u64) -> u64 {
		self.rng.next_u64() % end
	}

	fn coin(&mut self) -> bool {
		self.below(2) == 0
	}

	fn bytes<const N: usize>(&mut self) -> [u8; N] {
		let mut bytes = [0; N];
		self.rng.fill_bytes(&mut bytes);
		bytes
	}

	/// An integer of random width below 2^bits, or one of few digits.
	fn integer(&mut self, bits: u32) -> u128 {
		let mask = (1u128 << bits) - 1;
		if self.coin() {
			let shift = self.below(u64::from(bits) + 1) as u32;
			(u128::from_be_bytes(self.bytes()) & mask) >> shift
		} else {
			let digits = 1 + self.below(9) as u32;
			let mantissa = u128::from(self.below(10u64.pow(digits)));
			(mantissa * 10u128.pow(self.below(25) as u32)) & mask
		}
	}

	fn amount(&mut self) -> Amount {
		Amount::new(self.integer(112)).expect("masked")
	}

	fn fee(&mut self) -> Fee {
		Fee::new(self.integer(80)).expect("masked")
	}

	fn account(&mut self) -> AccountIndex {
		AccountIndex::new(self.below(1 << 24) as u32).expect("below 2^24")
	}

	fn token(&mut self, end: u64) -> TokenId {
		let end = if self.coin() { end } else { 4 };
		TokenId(self.below(end) as u16)
	}

	fn owner(&mut self) -> Owner {
		Owner(self.bytes())
	}

	fn key(&mut self) -> PublicKey {
		let index = self.below(8) as usize;
		self.keys[index]
	}

	fn nonce(&mut self) -> Nonce {
		Nonce(self.rng.next_u32())
	}

	fn word(&mut self) -> Word {
		Word::from(u128::from_be_bytes(self.bytes()))
	}

	fn params(&mut self) -> PoolParams {
		PoolParams {
			chain0: ChainId(1 + self.below(255) as u8),
			token0: TokenId(self.below(256) as u16),
			chain1: ChainId(1 + self.below(255) as u8),
			token1: TokenId(256 + self.below(256) as u16),
			fee_bps: self.below(1001) as u16,
		}
	}

	fn side(&mut self) -> Side {
		if self.coin() { Side::Zero } else { Side::One }
	}

	fn receiver(&mut self) -> Receiver {
		let account = self.account();
		if self.coin() { Receiver::existing(account) } else { Receiver::new(account, self.owner()) }
	}

	fn half(&mut self, slot: PoolSlot) -> Half {
		match self.below(17) {
			0..=3 => TransferHalf {
				token: self.token(1024),
				from: self.account(),
				to: self.receiver(),
				amount: self.amount(),
				fee: self.fee(),
			}
			.into(),
			4 => WithdrawHalf {
				token: self.token(512),
				account: self.account(),
				receiver: self.owner(),
				amount: self.amount(),
				fee: self.fee(),
			}
			.into(),
			5 => DepositHalf {
				account: self.account(),
				created: self.coin(),
				token: self.token(512),
				owner: self.owner(),
				amount: self.amount(),
				key: if self.coin() { Some(self.key()) } else { None },
			}
			.into(),
			6 => FullExitHalf {
				account: self.account(),
				token: self.token(512),
				owner: self.owner(),
				paid: self.amount(),
			}
			.into(),
			7 => {
				let shares = if self.coin() { Amount::ZERO } else { self.amount() };
				let amount0 = if shares.is_zero() { Amount::ZERO } else { self.amount() };
				let (account, owner) = (self.account(), self.owner());
				ExitBurnHalf { account, slot, owner, shares, amount0 }.into()
			},
			8 => ChangePubKeyHalf {
				account: self.account(),
				outcome: [KeyOutcome::Refused, KeyOutcome::Applied, KeyOutcome::Created]
					[self.below(3) as usize],
				owner: self.owner(),
				key: self.key(),
			}
			.into(),
			9 => CreatePoolHalf { slot, side: self.side(), params: self.params() }.into(),
			10 => {
				SwapInHalf { slot, account: self.account(), amount: self.amount(), fee: self.fee() }
					.into()
			},
			11 => SwapOutHalf { slot, to: self.receiver(), amount: self.amount() }.into(),
			12 => AddLiquidity0Half {
				slot,
				account: self.account(),
				amount0: self.amount(),
				fee: self.fee(),
				minted: self.amount(),
			}
			.into(),
			13 => {
				AddLiquidity1Half { slot, account: self.account(), amount1: self.amount() }.into()
			},
			14 => RemoveLiquidity0Half {
				slot,
				account: self.account(),
				shares: self.amount(),
				amount0: self.amount(),
				fee: self.fee(),
			}
			.into(),
			15 => RemoveLiquidity1Half { slot, to: self.receiver(), amount1: self.amount() }.into(),
			_ => ExitLiquidity1Half { slot, to: self.receiver(), amount1: self.amount() }.into(),
		}
	}

	/// Public data of up to 12 halves over up to 8 pools, and a class that holds it.
	fn public_data(&mut self) -> (PublicData, SizeClass) {
		let slots: Vec<_> =
			(0..1 + self.below(8)).map(|_| PoolSlot(self.below(512) as u16)).collect();
		let halves: Vec<_> = (0..1 + self.below(12))
			.map(|_| {
				let slot = slots[self.below(slots.len() as u64) as usize];
				self.half(slot)
			})
			.collect();
		let touched: BTreeSet<_> = halves.iter().filter_map(Half::pool).collect();
		let registers = touched
			.into_iter()
			.map(|slot| Register { slot, own: self.amount(), foreign: self.amount() })
			.collect();
		(PublicData { registers, halves }, SizeClass::new(2).expect("a class"))
	}

	fn transaction(&mut self) -> Transaction {
		let (network, key) = (NetworkId(self.rng.next_u32()), self.key());
		let expiry = Timestamp::new(self.below(1 << 40)).expect("below 2^40");
		let signature = Signature { r: self.bytes(), s: self.bytes() };
		let (account, nonce, fee) = (self.account(), self.nonce(), self.fee());
		let (amount, a, b) = (self.amount(), self.amount(), self.amount());
		let (chain, token) = (ChainId(self.below(256) as u8), TokenId(self.rng.next_u32() as u16));
		let (params, receiver) = (PoolParams::unpack(self.rng.next_u64()), self.owner());
		macro_rules! signed {
			($body:expr) => {
				SignedTransaction { network, expiry, body: $body, key: key.into(), signature }
					.into()
			};
		}
		match self.below(5) {
			0 => signed!(TransferBody { chain, account, nonce, token, receiver, amount, fee }),
			1 => signed!(WithdrawBody { chain, account, nonce, token, receiver, amount, fee }),
			2 => signed!(SwapBody {
				params,
				direction: self.side(),
				account,
				nonce,
				amount,
				min_out: a,
				fee
			}),
			3 => signed!(AddLiquidityBody {
				params,
				account0: account,
				nonce0: nonce,
				account1: self.account(),
				nonce1: self.nonce(),
				shares: amount,
				max0: a,
				max1: b,
				fee,
			}),
			_ => signed!(RemoveLiquidityBody {
				params,
				account,
				nonce,
				shares: amount,
				min0: a,
				min1: b,
				fee
			}),
		}
	}

	fn request(&mut self) -> PriorityRequest {
		match self.below(4) {
			0 => PriorityRequest::Deposit {
				token: TokenId(self.rng.next_u32() as u16),
				owner: self.owner(),
				amount: self.amount(),
				key: if self.coin() { Some(self.key()) } else { None },
			},
			1 => PriorityRequest::FullExit {
				account: self.account(),
				token: self.token(1024),
				owner: self.owner(),
			},
			2 => PriorityRequest::ChangePubKey {
				account: if self.coin() { Some(self.account()) } else { None },
				owner: self.owner(),
				key: self.key(),
			},
			_ => PriorityRequest::CreatePool {
				slot: PoolSlot(self.rng.next_u32() as u16),
				side: self.side(),
				params: PoolParams::unpack(self.rng.next_u64()),
			},
		}
	}

	fn header(&mut self) -> Header {
		let mut chain = 0;
		let chains = (0..2 + self.below(3))
			.map(|_| {
				chain += 1 + self.below(60) as u8;
				ChainHeader {
					chain: ChainId(chain),
					size_class: SizeClass::ALL[self.below(5) as usize],
					old_root: self.word(),
					new_root: self.word(),
					old_next: self.below((1 << 24) + 1) as u32,
					new_next: self.below((1 << 24) + 1) as u32,
					fee_account: self.account(),
					data_commitment: self.word(),
					data_length: self.rng.next_u32(),
					log_commitment: self.word(),
					log_count: self.rng.next_u32(),
					priority_count: self.rng.next_u32() as u16,
				}
			})
			.collect();
		Header {
			network: NetworkId(self.rng.next_u32()),
			chain_list_hash: self.bytes(),
			number: BlockNumber(self.rng.next_u64()),
			parent: self.bytes(),
			revert_epoch: self.rng.next_u32(),
			oracle_epoch: self.rng.next_u32(),
			member_set_hash: self.bytes(),
			timestamp: Timestamp::new(self.below(1 << 40)).expect("below 2^40"),
			circuit_version: self.rng.next_u32() as u16,
			keys_digest: self.bytes(),
			join_class: ligature_primitives::constants::JoinClass::ALL[self.below(5) as usize],
			chains,
		}
	}

	fn certificate(&mut self, members: u16) -> Certificate {
		let header = self.header();
		let kind = VoteKind::ALL[self.below(5) as usize];
		let message = match kind {
			VoteKind::Block => VoteMessage::block(&header),
			kind => VoteMessage::about(kind, ChainId(self.below(256) as u8), &header),
		};
		let signers: Vec<_> = (0..members).filter(|_| self.coin()).collect();
		let signatures = signers.into_iter().map(|signer| (signer, self.bytes())).collect();
		Certificate { message, signatures }
	}

	/// Changes one to three places of a string: a bit, a byte, a cut, an insertion, a repetition.
	fn mutate(&mut self, bytes: &mut Vec<u8>) {
		for _ in 0..1 + self.below(3) {
			let length = bytes.len() as u64;
			let at = self.below(length + 1) as usize;
			match self.below(6) {
				0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
				1 if at < bytes.len() => bytes[at] = self.rng.next_u32() as u8,
				2 => bytes.truncate(at),
				3 => bytes.insert(at, self.rng.next_u32() as u8),
				4 if at < bytes.len() => {
					bytes.remove(at);
				},
				_ => {
					let from = self.below(length + 1) as usize;
					let part = bytes[from.min(at)..from.max(at)].to_vec();
					bytes.splice(at..at, part.into_iter().take(70));
				},
			}
		}
	}

	/// A wholly random string.
	fn noise(&mut self) -> Vec<u8> {
		(0..self.below(400)).map(|_| self.rng.next_u32() as u8).collect()
	}
}

/// Checks both directions on valid, mutated and random strings. `refused` collects what mutations
/// were refused for, so that a test can see that they reach the decoder's depths.
fn fuzz<T: PartialEq + Debug>(
	seed: u64,
	rounds: usize,
	make: impl Fn(&mut Source) -> T,
	encode: impl Fn(&T) -> Vec<u8>,
	decode: impl Fn(&[u8]) -> Result<T, Refusal>,
) -> BTreeSet<Refusal> {
	let mut source = Source::new(seed);
	let mut refused = BTreeSet::new();
	for _ in 0..rounds {
		let value = make(&mut source);
		let bytes = encode(&value);
		assert_eq!(decode(&bytes).as_ref(), Ok(&value), "0x{}", hex::encode(&bytes));
		let mut mutants = vec![source.noise()];
		for _ in 0..4 {
			let mut mutant = bytes.clone();
			source.mutate(&mut mutant);
			mutants.push(mutant);
		}
		for mutant in mutants {
			match decode(&mutant) {
				Ok(value) => {
					assert_eq!(hex::encode(encode(&value)), hex::encode(&mutant), "{value:?}");
				},
				Err(refusal) => {
					refused.insert(refusal);
				},
			}
		}
	}
	refused
}

#[test]
fn amounts_and_fees() {
	let refused = fuzz(
		1,
		rounds(40_000),
		|source| (source.amount(), source.fee()),
		|(amount, fee)| {
			let mut out = Vec::new();
			amount.encode_wire(&mut out);
			fee.encode_wire(&mut out);
			out
		},
		|mut bytes| {
			let amount = Amount::decode_wire(&mut bytes)?;
			let fee = Fee::decode_wire(&mut bytes)?;
			if bytes.is_empty() { Ok((amount, fee)) } else { Err(Refusal::TrailingBytes) }
		},
	);
	for refusal in [
		Refusal::UnexpectedEnd,
		Refusal::NonCanonicalAmount,
		Refusal::NonCanonicalFee,
		Refusal::AmountTooLarge,
	] {
		assert!(refused.contains(&refusal), "{refusal:?} was never met");
	}
}

#[test]
fn public_data() {
	let refused = fuzz(
		2,
		rounds(4_000),
		Source::public_data,
		|(data, class)| data.encode(*class).expect("valid"),
		|bytes| {
			let class = SizeClass::new(2)?;
			let data = PublicData::decode(bytes, class)?;
			let words = data.expand(class).expect("what decodes expands");
			assert_eq!(words.len(), 72);
			Ok((data, class))
		},
	);
	for refusal in [
		Refusal::UnexpectedEnd,
		Refusal::UnknownHead,
		Refusal::NonCanonicalAmount,
		Refusal::NonCanonicalFee,
		Refusal::BadFlags,
		Refusal::RegisterOutOfRange,
		Refusal::RegisterOrder,
		Refusal::UnusedRegister,
		Refusal::TokenOutOfRange,
		Refusal::KeyNotCanonical,
		Refusal::KeyNotInSubgroup,
		Refusal::BadPoolParams,
		Refusal::WrongSide,
		Refusal::TooManyPools,
		Refusal::BadExit,
	] {
		assert!(refused.contains(&refusal), "{refusal:?} was never met");
	}
}

#[test]
fn transactions() {
	let refused =
		fuzz(3, rounds(10_000), Source::transaction, Transaction::encode, Transaction::decode);
	for refusal in [
		Refusal::UnexpectedEnd,
		Refusal::TrailingBytes,
		Refusal::UnknownKind,
		Refusal::WrongVersion,
		Refusal::IndexTooLarge,
		Refusal::AmountTooLarge,
		Refusal::FeeTooLarge,
		Refusal::TimeTooLarge,
		Refusal::BadDirection,
	] {
		assert!(refused.contains(&refusal), "{refusal:?} was never met");
	}
}

#[test]
fn priority_requests() {
	let refused =
		fuzz(4, rounds(10_000), Source::request, PriorityRequest::encode, PriorityRequest::decode);
	for refusal in [Refusal::BadFlags, Refusal::WrongSide, Refusal::IndexTooLarge] {
		assert!(refused.contains(&refusal), "{refusal:?} was never met");
	}
}

#[test]
fn headers() {
	let refused = fuzz(5, rounds(10_000), Source::header, Header::encode, Header::decode);
	for refusal in [
		Refusal::BadLength,
		Refusal::WrongVersion,
		Refusal::ChainCount,
		Refusal::WordNotCanonical,
		Refusal::ChainOrder,
		Refusal::UnknownClass,
		Refusal::TimeTooLarge,
		Refusal::IndexTooLarge,
	] {
		assert!(refused.contains(&refusal), "{refusal:?} was never met");
	}
}

#[test]
fn certificates() {
	for members in [0, 1, 4, 8, 13] {
		let refused = fuzz(
			6,
			rounds(1_000),
			|source| source.certificate(members),
			|certificate| certificate.encode(members).expect("signers are members and ascend"),
			|bytes| Certificate::decode(bytes, members),
		);
		for refusal in [Refusal::BadCertificate, Refusal::UnknownKind] {
			assert!(refused.contains(&refusal), "{refusal:?} was never met");
		}
	}
}
