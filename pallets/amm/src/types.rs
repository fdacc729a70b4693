// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores of a pool.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use ligature_primitives::{
	amount::Amount,
	ids::{BlockNumber, Side},
	pool::PoolParams,
};
use scale_info::TypeInfo;

/// One side of a pool: the one that lies on this chain.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Pool<AccountId, Balance> {
	/// The pool.
	pub params: PoolParams,
	/// Which of its sides this is.
	pub side: Side,
	/// Who created it.
	pub creator: AccountId,
	/// What is on hold for it; 0 once it went back.
	pub deposit: Balance,
	/// How far it has come.
	pub status: Status,
}

/// How far a side has come.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum Status {
	/// No executed block has made it yet.
	Queued,
	/// It is in the chain's state.
	Live {
		/// The reserve on this chain, in the smallest unit of this side's token.
		own: Amount,
		/// The reserve of the other side, in the smallest unit of its token.
		foreign: Amount,
		/// The last executed block that has touched it.
		block: BlockNumber,
	},
}

impl<AccountId, Balance> Pool<AccountId, Balance> {
	/// The reserves of sides 0 and 1, if the side is in the chain's state.
	pub fn reserves(&self) -> Option<(Amount, Amount)> {
		match (self.status, self.side) {
			(Status::Queued, _) => None,
			(Status::Live { own, foreign, .. }, Side::Zero) => Some((own, foreign)),
			(Status::Live { own, foreign, .. }, Side::One) => Some((foreign, own)),
		}
	}
}
