// SPDX-License-Identifier: Apache-2.0

//! CreatePool: one side of a pool comes into being on one chain.

use crate::{
	ids::{ChainId, PoolSlot, Side},
	pool::PoolParams,
};

/// Makes the leaf of one side of a pool, entered by L1. A pool with one leaf only is inert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatePool {
	/// The chain of the leaf.
	pub chain: ChainId,
	/// The leaf's place: the chain's next one.
	pub slot: PoolSlot,
	/// The pool's side that lies on this chain.
	pub side: Side,
	/// The pool.
	pub params: PoolParams,
}
