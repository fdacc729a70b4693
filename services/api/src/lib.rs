// SPDX-License-Identifier: Apache-2.0

//! The operator's JSON-RPC: methods, types and errors, shared by the server and by everybody who calls it.
//!
//! | file | for whom |
//! |---|---|
//! | `wallet` | wallets: submit, accounts, pools, quotes, status, blocks, subscriptions |
//! | `proving` | provers: blocks, shares of the work, proofs |
//! | `relay` | oracles: votes, which the operator hands on and does not judge |
//! | `admin` | the operator's own people, on a port of its own |
//! | `values` | how bytes, hashes and amounts stand in JSON |
//! | `error` | error codes, and what to do |
//!
//! Every trait gives a server (`…Server`) and a client (`…Client`, for every client of `jsonrpsee`).
//! `docs/api.md` has an example of each method.

mod admin;
mod error;
mod proving;
mod relay;
mod values;
mod wallet;

pub use admin::{AdminApiClient, AdminApiServer};
pub use error::{ApiError, code};
pub use proving::{
	BlockBytes, PartName, ProofBytes, ProofOf, ProverApiClient, ProverApiServer, Share,
};
pub use relay::{RelayApiClient, RelayApiServer, VoteBytes, Votes};
pub use values::{Bytes, Decimal, Hash32, TransactionHash};
pub use wallet::{
	AccountInfo, Balance, BlockChain, BlockInfo, ChainInfo, ChainProgress, FeeEstimate,
	NetworkInfo, OperatorApiClient, OperatorApiServer, OperatorStatus, PoolInfo, Quote,
	ReceiptInfo, StageTimes, Submission, TokenInfo, TransactionInfo, TransactionState,
};
