// SPDX-License-Identifier: Apache-2.0

//! Weights of the pallet: what has to be measured, each at its worst case.

use polkadot_sdk::*;

use frame_support::weights::Weight;

/// Weights of the dispatchables, and of what neighbours call.
///
/// What the neighbours themselves cost stands in [`traits`](crate::traits) and is added where they are
/// called.
pub trait WeightInfo {
	/// A network of the most chains is opened.
	fn open_network() -> Weight;
	/// An asset is registered.
	fn register_token() -> Weight;
	/// A deposit of an asset, with a key.
	fn deposit() -> Weight;
	/// A full exit of an L1 token.
	fn request_full_exit() -> Weight;
	/// A key change.
	fn change_pub_key() -> Weight;
	/// A request that a neighbour puts into the queue.
	fn queue_request() -> Weight;
	/// A block whose half here is empty.
	fn commit_block_0() -> Weight;
	/// A block whose half here is of size class 1 (8 slots, all used) and serves so many requests. All
	/// slots of a class are hashed, used or not, so each class has a weight of its own.
	fn commit_block_1(requests: u32) -> Weight;
	/// The same for size class 2 (32 slots).
	fn commit_block_2(requests: u32) -> Weight;
	/// The same for size class 3 (128 slots).
	fn commit_block_3(requests: u32) -> Weight;
	/// The same for size class 4 (512 slots).
	fn commit_block_4(requests: u32) -> Weight;
	/// A block with the most proofs: all but their verification.
	fn prove_block() -> Weight;
	/// A block with so many payments of assets, and so many requests.
	fn execute_block(payments: u32, requests: u32) -> Weight;
	/// So many blocks are taken back.
	fn revert_blocks(blocks: u32) -> Weight;
	/// A pending payment of an asset is claimed.
	fn claim() -> Weight;
	/// Deposits are paused.
	fn pause_deposits() -> Weight;
	/// The rollup is halted.
	fn halt() -> Weight;
	/// A halt ends.
	fn resume() -> Weight;
	/// So many operators are named.
	fn set_operators(operators: u32) -> Weight;
	/// The guardian is named.
	fn set_guardian() -> Weight;
	/// Code is announced.
	fn announce_code() -> Weight;
	/// Exodus begins.
	fn enter_exodus() -> Weight;
	/// The freeze block is fixed, and so many blocks above it are dropped.
	fn freeze_by_timeout(blocks: u32) -> Weight;
	/// A balance of an asset leaves.
	fn exit() -> Weight;
	/// One side of a share leaves.
	fn exit_liquidity() -> Weight;
	/// A deposit goes back.
	fn refund_deposit() -> Weight;
	/// The oracles certify a block.
	fn certify() -> Weight;
	/// The oracles bar a block from being proven here.
	fn refuse() -> Weight;
	/// The oracles say that another chain shall never prove a block.
	fn refused() -> Weight;
	/// The oracles fix the freeze block, on the first chain or on another; so many blocks above it are
	/// dropped.
	fn freeze(blocks: u32) -> Weight;
	/// The transaction extension looks at a call.
	fn check_rollup() -> Weight;
}

/// Unit weights, by which tests tell what is charged and given back.
#[cfg(test)]
impl WeightInfo for () {
	fn open_network() -> Weight {
		unit(1)
	}
	fn register_token() -> Weight {
		unit(1)
	}
	fn deposit() -> Weight {
		unit(1)
	}
	fn request_full_exit() -> Weight {
		unit(1)
	}
	fn change_pub_key() -> Weight {
		unit(1)
	}
	fn queue_request() -> Weight {
		unit(1)
	}
	fn commit_block_0() -> Weight {
		unit(1)
	}
	fn commit_block_1(requests: u32) -> Weight {
		unit(1 + 100 * 8 + u64::from(requests))
	}
	fn commit_block_2(requests: u32) -> Weight {
		unit(1 + 100 * 32 + u64::from(requests))
	}
	fn commit_block_3(requests: u32) -> Weight {
		unit(1 + 100 * 128 + u64::from(requests))
	}
	fn commit_block_4(requests: u32) -> Weight {
		unit(1 + 100 * 512 + u64::from(requests))
	}
	fn prove_block() -> Weight {
		unit(1)
	}
	fn execute_block(payments: u32, requests: u32) -> Weight {
		unit(1 + 10 * u64::from(payments) + u64::from(requests))
	}
	fn revert_blocks(blocks: u32) -> Weight {
		unit(1 + u64::from(blocks))
	}
	fn claim() -> Weight {
		unit(1)
	}
	fn pause_deposits() -> Weight {
		unit(1)
	}
	fn halt() -> Weight {
		unit(1)
	}
	fn resume() -> Weight {
		unit(1)
	}
	fn set_operators(operators: u32) -> Weight {
		unit(1 + u64::from(operators))
	}
	fn set_guardian() -> Weight {
		unit(1)
	}
	fn announce_code() -> Weight {
		unit(1)
	}
	fn enter_exodus() -> Weight {
		unit(1)
	}
	fn freeze_by_timeout(blocks: u32) -> Weight {
		unit(1 + u64::from(blocks))
	}
	fn exit() -> Weight {
		unit(1)
	}
	fn exit_liquidity() -> Weight {
		unit(1)
	}
	fn refund_deposit() -> Weight {
		unit(1)
	}
	fn certify() -> Weight {
		unit(1)
	}
	fn refuse() -> Weight {
		unit(1)
	}
	fn refused() -> Weight {
		unit(1)
	}
	fn freeze(blocks: u32) -> Weight {
		unit(1 + u64::from(blocks))
	}
	fn check_rollup() -> Weight {
		unit(1)
	}
}

#[cfg(test)]
const fn unit(count: u64) -> Weight {
	Weight::from_parts(1_000_000 * count, 100 * count)
}
