// SPDX-License-Identifier: Apache-2.0

//! Priority requests: what L1 enters, in strict order (section 12.1 of `docs/protocol.md`).

use ark_std::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	amount::Amount,
	bytes::{Fixed, take, take_u8, take_u32},
	constants::MAX_POOLS,
	digest::{Digest, blake2},
	ids::{AccountIndex, ChainId, NetworkId, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	op::{Half, KeyOutcome, OperationKind},
	pool::PoolParams,
	refusal::Refusal,
};

/// A request in the queue of one chain.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum PriorityRequest {
	/// Funds that custody has taken.
	Deposit {
		/// An L1 token.
		token: TokenId,
		/// Who gets them.
		owner: Owner,
		/// How much, above 0.
		amount: Amount,
		/// The key to set, when the owner pays.
		key: Option<PublicKey>,
	},
	/// A whole balance is to be paid out.
	FullExit {
		/// The account to empty.
		account: AccountIndex,
		/// An L1 token, or the shares of a pool that is at home on this chain.
		token: TokenId,
		/// Who asks.
		owner: Owner,
	},
	/// The key of an account is to be set.
	ChangePubKey {
		/// The account; none means any of the owner's or a new one.
		account: Option<AccountIndex>,
		/// Who asks.
		owner: Owner,
		/// The key.
		key: PublicKey,
	},
	/// One side of a pool is to be made.
	CreatePool {
		/// The chain's next pool slot.
		slot: PoolSlot,
		/// The side on this chain.
		side: Side,
		/// The pool.
		params: PoolParams,
	},
}

/// Stands for "any account" in the bytes of ChangePubKey.
const ANY_ACCOUNT: u32 = u32::MAX;
/// Stands where a deposit has no key.
const NO_KEY: [u8; 32] = [0; 32];

impl PriorityRequest {
	/// The operation that serves the request.
	pub const fn kind(&self) -> OperationKind {
		match self {
			Self::Deposit { .. } => OperationKind::Deposit,
			Self::FullExit { .. } => OperationKind::FullExit,
			Self::ChangePubKey { .. } => OperationKind::ChangePubKey,
			Self::CreatePool { .. } => OperationKind::CreatePool,
		}
	}

	/// The request's bytes, the kind first.
	pub fn encode(&self) -> Vec<u8> {
		let mut out = ark_std::vec![self.kind().number()];
		match self {
			Self::Deposit { token, owner, amount, key } => {
				token.put(&mut out);
				out.extend(owner.0);
				amount.put(&mut out);
				out.push(key.is_some().into());
				out.extend(key.map_or(NO_KEY, |key| key.0));
			},
			Self::FullExit { account, token, owner } => {
				account.put(&mut out);
				token.put(&mut out);
				out.extend(owner.0);
			},
			Self::ChangePubKey { account, owner, key } => {
				out.extend(account.map_or(ANY_ACCOUNT, AccountIndex::get).to_be_bytes());
				out.extend(owner.0);
				out.extend(key.0);
			},
			Self::CreatePool { slot, side, params } => {
				slot.put(&mut out);
				out.push(side.number());
				params.put(&mut out);
			},
		}
		out
	}

	/// Reads what [`PriorityRequest::encode`] wrote and nothing else; [`PriorityRequest::check`] tells
	/// whether the values are allowed.
	///
	/// # Errors
	///
	/// [`Refusal::UnknownKind`], [`Refusal::AmountTooLarge`], [`Refusal::IndexTooLarge`],
	/// [`Refusal::BadFlags`], [`Refusal::WrongSide`], [`Refusal::UnexpectedEnd`],
	/// [`Refusal::TrailingBytes`].
	pub fn decode(mut bytes: &[u8]) -> Result<Self, Refusal> {
		let input = &mut bytes;
		let request = match OperationKind::from_number(take_u8(input)?)? {
			OperationKind::Deposit => Self::Deposit {
				token: Fixed::take(input)?,
				owner: Owner(take(input)?),
				amount: Fixed::take(input)?,
				key: match (take_u8(input)?, take(input)?) {
					(0, NO_KEY) => None,
					(1, key) => Some(PublicKey(key)),
					_ => return Err(Refusal::BadFlags),
				},
			},
			OperationKind::FullExit => Self::FullExit {
				account: Fixed::take(input)?,
				token: Fixed::take(input)?,
				owner: Owner(take(input)?),
			},
			OperationKind::ChangePubKey => Self::ChangePubKey {
				account: match take_u32(input)? {
					ANY_ACCOUNT => None,
					account => Some(AccountIndex::new(account)?),
				},
				owner: Owner(take(input)?),
				key: PublicKey(take(input)?),
			},
			OperationKind::CreatePool => Self::CreatePool {
				slot: Fixed::take(input)?,
				side: Fixed::take(input)?,
				params: Fixed::take(input)?,
			},
			_ => return Err(Refusal::UnknownKind),
		};
		if input.is_empty() { Ok(request) } else { Err(Refusal::TrailingBytes) }
	}

	/// Checks what L1 can check at the door without any state.
	///
	/// # Errors
	///
	/// [`Refusal::TokenOutOfRange`], [`Refusal::OwnerZero`], [`Refusal::AmountZero`], those of keys,
	/// [`Refusal::PoolsFull`], [`Refusal::BadPoolParams`].
	pub fn check(&self) -> Result<(), Refusal> {
		let token_must = |ok: bool| if ok { Ok(()) } else { Err(Refusal::TokenOutOfRange) };
		match self {
			Self::Deposit { token, owner, amount, key } => {
				token_must(token.is_l1())?;
				owner.non_zero()?;
				if amount.is_zero() {
					return Err(Refusal::AmountZero);
				}
				if let Some(key) = key {
					key.validate()?;
				}
				Ok(())
			},
			Self::FullExit { token, owner, .. } => {
				token_must(token.is_valid())?;
				owner.non_zero().map(|_| ())
			},
			Self::ChangePubKey { owner, key, .. } => {
				owner.non_zero()?;
				key.validate()?;
				Ok(())
			},
			Self::CreatePool { slot, params, .. } => {
				if slot.0 >= MAX_POOLS {
					return Err(Refusal::PoolsFull);
				}
				params.validate_form()
			},
		}
	}

	/// The content hash of the request at `index` of a chain's queue (from 0, without gaps).
	pub fn content_hash(&self, network: NetworkId, chain: ChainId, index: u64) -> Digest {
		let place = [&network.0.to_be_bytes()[..], &[chain.0], &index.to_be_bytes()].concat();
		blake2("ligature/priority/1", &[&place, &self.encode()])
	}

	/// Whether a half of public data serves this request.
	pub fn matches(&self, half: &Half) -> bool {
		match (self, half) {
			(Self::Deposit { token, owner, amount, key }, Half::Deposit(half)) => {
				(token, owner, amount, key) == (&half.token, &half.owner, &half.amount, &half.key)
			},
			(Self::FullExit { account, token, owner }, Half::FullExit(half)) => {
				(account, token, owner) == (&half.account, &half.token, &half.owner)
			},
			(Self::FullExit { account, token, owner }, Half::ExitBurn(half)) => {
				(account, owner) == (&half.account, &half.owner)
					&& TokenId::lp(half.slot) == Some(*token)
			},
			(Self::ChangePubKey { account, owner, key }, Half::ChangePubKey(half)) => {
				let outcome = match account {
					// Any account: the operator finds one, so that the change is applied.
					None => half.outcome != KeyOutcome::Refused,
					Some(account) => {
						*account == half.account && half.outcome != KeyOutcome::Created
					},
				};
				outcome && (owner, key) == (&half.owner, &half.key)
			},
			(Self::CreatePool { slot, side, params }, Half::CreatePool(half)) => {
				(slot, side, params) == (&half.slot, &half.side, &half.params)
			},
			_ => false,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		keys::SecretKey,
		op::{
			ChangePubKeyHalf, CreatePoolHalf, DepositHalf, ExitBurnHalf, FullExitHalf, Receiver,
			SwapOutHalf,
		},
	};

	const OWNER: Owner = Owner([7; 32]);
	const PARAMS: PoolParams = PoolParams {
		chain0: ChainId(1),
		token0: TokenId(2),
		chain1: ChainId(3),
		token1: TokenId(4),
		fee_bps: 5,
	};

	fn key() -> PublicKey {
		SecretKey::from_seed(&[1; 32]).public_key()
	}

	fn amount(value: u128) -> Amount {
		Amount::new(value).expect("an amount")
	}

	fn account(index: u32) -> AccountIndex {
		AccountIndex::new(index).expect("an index")
	}

	fn deposit(key: Option<PublicKey>) -> PriorityRequest {
		PriorityRequest::Deposit { token: TokenId(2), owner: OWNER, amount: amount(3), key }
	}

	fn exit(token: u16) -> PriorityRequest {
		PriorityRequest::FullExit { account: account(4), token: TokenId(token), owner: OWNER }
	}

	fn change(account: Option<AccountIndex>) -> PriorityRequest {
		PriorityRequest::ChangePubKey { account, owner: OWNER, key: key() }
	}

	fn create() -> PriorityRequest {
		PriorityRequest::CreatePool { slot: PoolSlot(1), side: Side::One, params: PARAMS }
	}

	#[test]
	fn bytes_are_those_of_the_table() {
		let (owner, zeros, key) = ("07".repeat(32), "00".repeat(32), hex::encode(key().0));
		for (request, expected) in [
			(deposit(None), format!("01 0002 {owner} {:032x} 00 {zeros}", 3)),
			(deposit(Some(self::key())), format!("01 0002 {owner} {:032x} 01 {key}", 3)),
			(exit(600), format!("02 00000004 0258 {owner}")),
			(change(Some(account(4))), format!("03 00000004 {owner} {key}")),
			(change(None), format!("03 ffffffff {owner} {key}")),
			(create(), "04 0001 01 0005000403000201".into()),
		] {
			let bytes = PriorityRequest::encode(&request);
			assert_eq!(hex::encode(&bytes), expected.replace(' ', ""));
			assert_eq!(PriorityRequest::decode(&bytes), Ok(request.clone()));
			for length in 0..bytes.len() {
				let cut = PriorityRequest::decode(&bytes[..length]);
				assert_eq!(cut, Err(Refusal::UnexpectedEnd));
			}
			let longer = PriorityRequest::decode(&[&bytes[..], &[0]].concat());
			assert_eq!(longer, Err(Refusal::TrailingBytes));
			let place = [&[0, 0, 0, 9, 2][..], &8u64.to_be_bytes(), &bytes].concat();
			let hash = request.content_hash(NetworkId(9), ChainId(2), 8);
			assert_eq!(hash, blake2("ligature/priority/1", &[&place]));
		}
	}

	#[test]
	fn malformed_bytes_are_refused_by_name() {
		let change = |request: &PriorityRequest, at: usize, byte: u8| {
			let mut bytes = PriorityRequest::encode(request);
			bytes[at] = byte;
			PriorityRequest::decode(&bytes)
		};
		for kind in [0, 5, 16, 32, 255] {
			assert_eq!(change(&create(), 0, kind), Err(Refusal::UnknownKind));
		}
		assert_eq!(change(&deposit(None), 35, 1), Err(Refusal::AmountTooLarge));
		assert_eq!(change(&deposit(None), 51, 2), Err(Refusal::BadFlags));
		assert_eq!(change(&deposit(None), 83, 1), Err(Refusal::BadFlags));
		assert_eq!(change(&deposit(Some(key())), 51, 0), Err(Refusal::BadFlags));
		assert_eq!(change(&exit(0), 1, 1), Err(Refusal::IndexTooLarge));
		assert_eq!(change(&self::change(None), 4, 0), Err(Refusal::IndexTooLarge));
		assert_eq!(change(&create(), 3, 2), Err(Refusal::WrongSide));
	}

	#[test]
	fn values_are_refused_at_the_door_by_name() {
		let ok = [deposit(None), deposit(Some(key())), exit(0), exit(1023), change(None), create()];
		assert!(ok.iter().all(|request| request.check().is_ok()));
		let bad_key = PublicKey([0xFF; 32]);
		let (token, owner) = (TokenId(2), OWNER);
		for (request, refusal) in [
			(exit(1024), Refusal::TokenOutOfRange),
			(
				PriorityRequest::Deposit {
					token: TokenId(512),
					owner,
					amount: amount(3),
					key: None,
				},
				Refusal::TokenOutOfRange,
			),
			(
				PriorityRequest::Deposit {
					token,
					owner: Owner::ZERO,
					amount: amount(3),
					key: None,
				},
				Refusal::OwnerZero,
			),
			(
				PriorityRequest::Deposit { token, owner, amount: Amount::ZERO, key: None },
				Refusal::AmountZero,
			),
			(deposit(Some(bad_key)), Refusal::KeyNotCanonical),
			(
				PriorityRequest::FullExit { account: account(0), token, owner: Owner::ZERO },
				Refusal::OwnerZero,
			),
			(
				PriorityRequest::ChangePubKey { account: None, owner: Owner::ZERO, key: key() },
				Refusal::OwnerZero,
			),
			(
				PriorityRequest::ChangePubKey { account: None, owner, key: bad_key },
				Refusal::KeyNotCanonical,
			),
			(
				PriorityRequest::CreatePool {
					slot: PoolSlot(512),
					side: Side::One,
					params: PARAMS,
				},
				Refusal::PoolsFull,
			),
			(
				PriorityRequest::CreatePool {
					slot: PoolSlot(1),
					side: Side::One,
					params: PoolParams { fee_bps: 1001, ..PARAMS },
				},
				Refusal::BadPoolParams,
			),
		] {
			assert_eq!(request.check(), Err(refusal), "{request:?}");
		}
	}

	#[test]
	fn a_half_serves_the_request_with_its_fields_only() {
		let deposited = DepositHalf {
			account: account(9),
			created: true,
			token: TokenId(2),
			owner: OWNER,
			amount: amount(3),
			key: None,
		};
		let serves = |request: &PriorityRequest, half: Half| request.matches(&half);
		assert!(serves(&deposit(None), deposited.clone().into()));
		assert!(!serves(&deposit(Some(key())), deposited.clone().into()));
		let other = DepositHalf { token: TokenId(3), ..deposited.clone() };
		assert!(!serves(&deposit(None), other.into()));
		let other = DepositHalf { owner: Owner([8; 32]), ..deposited.clone() };
		assert!(!serves(&deposit(None), other.into()));
		let other = DepositHalf { amount: amount(4), ..deposited };
		assert!(!serves(&deposit(None), other.into()));

		let exited =
			FullExitHalf { account: account(4), token: TokenId(2), owner: OWNER, paid: amount(0) };
		assert!(serves(&exit(2), exited.clone().into()));
		assert!(!serves(&exit(3), exited.clone().into()));
		assert!(!serves(&exit(2), FullExitHalf { account: account(5), ..exited }.into()));
		let burned = ExitBurnHalf {
			account: account(4),
			slot: PoolSlot(1),
			owner: OWNER,
			shares: amount(0),
			amount0: amount(0),
		};
		assert!(serves(&exit(513), burned.clone().into()));
		assert!(!serves(&exit(512), burned.clone().into()));
		assert!(!serves(&exit(513), ExitBurnHalf { owner: Owner([8; 32]), ..burned }.into()));

		let changed = |index, outcome| -> Half {
			ChangePubKeyHalf { account: account(index), outcome, owner: OWNER, key: key() }.into()
		};
		use KeyOutcome::{Applied, Created, Refused};
		for (outcome, any, named) in
			[(Refused, false, true), (Applied, true, true), (Created, true, false)]
		{
			assert_eq!(serves(&change(None), changed(4, outcome)), any);
			assert_eq!(serves(&change(Some(account(4))), changed(4, outcome)), named);
			assert!(!serves(&change(Some(account(5))), changed(4, outcome)));
		}

		let created = CreatePoolHalf { slot: PoolSlot(1), side: Side::One, params: PARAMS };
		assert!(serves(&create(), created.clone().into()));
		assert!(!serves(&create(), CreatePoolHalf { side: Side::Zero, ..created }.into()));

		let to = Receiver::existing(account(4));
		let swap: Half = SwapOutHalf { slot: PoolSlot(1), to, amount: amount(3) }.into();
		for request in [deposit(None), exit(2), change(None), create()] {
			assert!(!request.matches(&swap));
		}
	}
}
