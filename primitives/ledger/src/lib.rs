// SPDX-License-Identifier: Apache-2.0

//! The ledger of Ligature: what a block is, and what it does.
//!
//! `docs/protocol.md` is the specification; `ligature-primitives` holds the words of it (operations,
//! public data, header), this crate what happens. It is native code: no chain, no proof.
//!
//! | module | holds |
//! |---|---|
//! | [`tree`] | sparse 4-ary Merkle trees, in memory or in a key-value store |
//! | [`state`] | one chain's accounts and pools, with the trees that commit to them |
//! | `op` | what each operation checks and does, one file each |
//! | [`ledger`] | all chains together: begin a block, apply operations, seal it; roll back |
//! | [`record`] | what went into a block, as bytes |
//! | [`replay`](mod@replay) | one chain's state from its public data alone |
//! | `snapshot` | one chain's state as bytes, to start from (with the feature `std`) |
//! | [`exit`] | claims against a freeze block, by Merkle paths |
//! | [`invariants`] | the invariants of the protocol over a whole ledger |
//!
//! An operation either happens on all its chains or is refused by name and leaves no trace. Roots are
//! computed when a block is sealed, each touched node once. Nothing panics, nothing floats, and the
//! number of threads does not change a result.
//!
//! ```
//! use ligature_ledger::{BlockParams, Ledger};
//! use ligature_primitives::{
//!     amount::Amount,
//!     constants::{JoinClass, SizeClass},
//!     header::Network,
//!     ids::{AccountIndex, BlockNumber, ChainId, NetworkId, Owner, Timestamp, TokenId},
//!     op::{Deposit, Target},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = Network::new(NetworkId(7), vec![ChainId(1), ChainId(2)])?;
//! let mut ledger = Ledger::new(network);
//! ledger.begin_block(BlockParams {
//!     number: BlockNumber(1),
//!     timestamp: Timestamp::new(1_700_000_000)?,
//!     fee_accounts: vec![AccountIndex::new(0)?; 2],
//!     classes: vec![SizeClass::new(1)?; 2],
//!     join_class: JoinClass::EMPTY,
//!     verify_signatures: true,
//! })?;
//! let deposit = Deposit {
//!     chain: ChainId(1),
//!     token: TokenId(0),
//!     owner: Owner([1; 32]),
//!     amount: Amount::new(1_000)?,
//!     key: None,
//!     target: Target::New,
//! };
//! let receipt = ledger.apply(&deposit.into())?;
//! assert_eq!(receipt.changes[0].after.get(), 1_000);
//!
//! let block = ledger.seal()?;
//! assert_eq!(block.chains[0].header.new_next, 1);
//! assert!(block.chains[1].bytes.is_empty());
//!
//! // The public data alone gives the same state.
//! let mut replayed = ligature_ledger::ChainState::new(ChainId(1));
//! ligature_ledger::replay(&mut replayed, &block.chains[0].header, &block.chains[0].bytes)?;
//! assert_eq!(replayed.root(), ledger.states()[0].root());
//! # Ok(())
//! # }
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

mod block;
mod execution;
pub mod exit;
pub mod invariants;
pub mod ledger;
mod op;
mod receipt;
pub mod record;
pub mod replay;
#[cfg(feature = "std")]
pub mod snapshot;
pub mod state;
pub mod tree;

#[cfg(test)]
mod tests;

pub use block::BlockParams;
pub use invariants::{Violation, check_block, check_invariants, check_step};
pub use ledger::{BlockError, Ledger, ResumeError, RollbackError, SealedBlock, SealedChain};
pub use receipt::{BalanceChange, Payment, Receipt};
pub use replay::{replay, replay_with};
pub use state::{Account, AccountLeaf, ChainState, PoolLeaf};
