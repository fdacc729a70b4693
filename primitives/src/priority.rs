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
				side: Side::from_number(take_u8(input)?).ok_or(Refusal::WrongSide)?,
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
