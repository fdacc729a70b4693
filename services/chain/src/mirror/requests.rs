// SPDX-License-Identifier: Apache-2.0

//! Requests of the priority queue, tokens and pools.

use super::{Mirror, mirror};
use crate::types;
use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, BlockNumber, ChainId, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	pool,
	priority::PriorityRequest,
	refusal::Refusal,
};
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

/// A side of a pool: to read and to write.
#[derive(Clone, Copy, DecodeAsType, EncodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub(crate) enum PoolSide {
	Zero,
	One,
}

impl From<Side> for PoolSide {
	fn from(side: Side) -> Self {
		match side {
			Side::Zero => Self::Zero,
			Side::One => Self::One,
		}
	}
}

impl From<PoolSide> for Side {
	fn from(side: PoolSide) -> Self {
		match side {
			PoolSide::Zero => Self::Zero,
			PoolSide::One => Self::One,
		}
	}
}

/// The parameters of a pool: to read and to write.
#[derive(Clone, Copy, DecodeAsType, EncodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub(crate) struct PoolParams {
	chain0: u8,
	token0: u16,
	chain1: u8,
	token1: u16,
	fee_bps: u16,
}

impl From<pool::PoolParams> for PoolParams {
	fn from(params: pool::PoolParams) -> Self {
		Self {
			chain0: params.chain0.0,
			token0: params.token0.0,
			chain1: params.chain1.0,
			token1: params.token1.0,
			fee_bps: params.fee_bps,
		}
	}
}

impl From<PoolParams> for pool::PoolParams {
	fn from(params: PoolParams) -> Self {
		Self {
			chain0: ChainId(params.chain0),
			token0: TokenId(params.token0),
			chain1: ChainId(params.chain1),
			token1: TokenId(params.token1),
			fee_bps: params.fee_bps,
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Asked {
	Deposit { token: u16, owner: [u8; 32], amount: u128, key: Option<[u8; 32]> },
	FullExit { account: u32, token: u16, owner: [u8; 32] },
	ChangePubKey { account: Option<u32>, owner: [u8; 32], key: [u8; 32] },
	CreatePool { slot: u16, side: PoolSide, params: PoolParams },
}

impl Mirror for Asked {
	type Meaning = PriorityRequest;

	fn meaning(self) -> Result<PriorityRequest, Refusal> {
		Ok(match self {
			Self::Deposit { token, owner, amount, key } => PriorityRequest::Deposit {
				token: TokenId(token),
				owner: Owner(owner),
				amount: Amount::new(amount)?,
				key: key.map(PublicKey),
			},
			Self::FullExit { account, token, owner } => PriorityRequest::FullExit {
				account: AccountIndex::new(account)?,
				token: TokenId(token),
				owner: Owner(owner),
			},
			Self::ChangePubKey { account, owner, key } => PriorityRequest::ChangePubKey {
				account: account.map(AccountIndex::new).transpose()?,
				owner: Owner(owner),
				key: PublicKey(key),
			},
			Self::CreatePool { slot, side, params } => PriorityRequest::CreatePool {
				slot: PoolSlot(slot),
				side: side.into(),
				params: params.into(),
			},
		})
	}
}

mirror! {
	pub(crate) struct Request { request: Asked, payer: [u8; 32], expires: u32, } -> types::Request,
	|it| types::Request {
		request: it.request.meaning()?,
		payer: it.payer,
		expires: it.expires,
	}
}

/// What a token of the rollup is on the chain.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(crate) enum Token {
	Native,
	Asset(u32),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum PoolStatus {
	Queued,
	Live { own: u128, foreign: u128, block: u64 },
}

mirror! {
	pub(crate) struct Pool {
		params: PoolParams,
		side: PoolSide,
		creator: [u8; 32],
		deposit: u128,
		status: PoolStatus,
	} -> types::Pool,
	|it| types::Pool {
		params: it.params.into(),
		side: it.side.into(),
		creator: it.creator,
		deposit: it.deposit,
		state: match it.status {
			PoolStatus::Queued => types::PoolState::Queued,
			PoolStatus::Live { own, foreign, block } => types::PoolState::Live {
				own: Amount::new(own)?,
				foreign: Amount::new(foreign)?,
				block: BlockNumber(block),
			},
		},
	}
}
