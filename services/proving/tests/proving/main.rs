// SPDX-License-Identifier: Apache-2.0

//! Provers and an operator that talk to each other over JSON-RPC, with real blocks.
//!
//! | file | holds |
//! |---|---|
//! | `board` | the operator's side: a small honest one, with switches for being anything else |
//! | `quick` | proofs in no time, from the secrets of the development keys |
//! | `source` | blocks and ledgers from the operator |
//! | `work` | two provers and one block |
//! | `run` | the stand-alone prover |
//! | `real` | real keys and real proofs |

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod board;
mod quick;
mod real;
mod run;
mod source;
mod work;
#[allow(dead_code, reason = "others use what is not used here")]
#[path = "../../../../prover/tests/common/mod.rs"]
mod world;

use board::Board;
use ligature_prover::{source::SourceBlock, watch::CancelFlag};
use ligature_proving::Operator;
use std::{
	sync::OnceLock,
	thread,
	time::{Duration, Instant},
};
use world::{Block, World};

/// A ledger with a pool, and two blocks with a transfer and a swap: four blocks with three parts each.
fn blocks() -> &'static [Block] {
	static BLOCKS: OnceLock<Vec<Block>> = OnceLock::new();
	BLOCKS.get_or_init(|| {
		let mut world = World::new().unwrap();
		world.trade([1, 1], 1, 1).unwrap();
		world.trade([1, 1], 1, 1).unwrap();
		world.blocks
	})
}

/// The block as a source gives it.
fn given(block: &Block) -> SourceBlock {
	let parent = &blocks()[block.header.number.0 as usize - 2];
	let before = ligature_ledger::Ledger::resume(&parent.header, block.before.clone()).unwrap();
	SourceBlock { before, record: block.record.clone() }
}

fn connect(board: &Board) -> Operator {
	Operator::new(&board.url(), CancelFlag::default()).unwrap()
}

/// Waits until something has happened on another thread.
fn wait(what: &str, happened: impl Fn() -> bool) {
	let end = Instant::now() + Duration::from_secs(60);
	while !happened() {
		assert!(Instant::now() < end, "it never happened: {what}");
		thread::sleep(Duration::from_millis(5));
	}
}
