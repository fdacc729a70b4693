// SPDX-License-Identifier: Apache-2.0

//! What the engine's thread is asked.

use super::{Admitted, Built, EngineError, Ready, Terms};
use ligature_operator_api::{
	AccountInfo, ApiError, Decimal, FeeEstimate, PoolInfo, Quote, TransactionHash,
};
use ligature_primitives::{
	ids::{AccountIndex, BlockNumber, ChainId, Owner},
	priority::PriorityRequest,
};
use tokio::sync::oneshot;

/// What an answer goes back by.
type Answer<T> = oneshot::Sender<T>;

/// Some transactions, and who wants to know what became of them.
pub struct Submitted {
	pub transactions: Vec<Admitted>,
	pub answer: Answer<Vec<Result<TransactionHash, ApiError>>>,
}

/// What the thread is asked. One variant per method of [`Engine`](super::Engine).
pub enum Message {
	Submit(Submitted),
	Account {
		chain: ChainId,
		index: AccountIndex,
		answer: Answer<Option<AccountInfo>>,
	},
	Accounts {
		owner: Owner,
		answer: Answer<Vec<AccountInfo>>,
	},
	Pools {
		answer: Answer<Vec<PoolInfo>>,
	},
	Quote {
		params: Decimal,
		direction: u8,
		amount: Decimal,
		answer: Answer<Result<Quote, ApiError>>,
	},
	Fee {
		kind: String,
		chain: ChainId,
		token: u16,
		answer: Answer<Result<FeeEstimate, ApiError>>,
	},
	Requests {
		chain: ChainId,
		requests: Vec<(u64, PriorityRequest)>,
		answer: Answer<()>,
	},
	NextRequest {
		chain: ChainId,
		answer: Answer<u64>,
	},
	Ready {
		answer: Answer<Ready>,
	},
	Build {
		terms: Terms,
		answer: Answer<Result<Option<Built>, EngineError>>,
	},
	Revert {
		to: BlockNumber,
		epoch: u32,
		answer: Answer<Result<(), EngineError>>,
	},
	States {
		after: BlockNumber,
		answer: Answer<Option<Vec<Vec<u8>>>>,
	},
	Pause {
		reason: Option<String>,
		answer: Answer<()>,
	},
	Stop {
		answer: Answer<()>,
	},
}
