// SPDX-License-Identifier: Apache-2.0

//! A network and its blocks, written down.

use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Network,
	op::Operation,
};
use std::{collections::BTreeMap, fmt};

/// A network's blocks from genesis on.
#[derive(Clone)]
pub struct Story {
	/// The network.
	pub network: Network,
	/// The blocks, the first has number 1.
	pub blocks: Vec<Chapter>,
}

/// A block: what its builder decided, and the operations that came in, good and bad.
#[derive(Clone)]
pub struct Chapter {
	/// The header's timestamp.
	pub timestamp: u64,
	/// Per chain: the fee account and the size class.
	pub chains: BTreeMap<u8, (u32, SizeClass)>,
	/// The join's class.
	pub join_class: JoinClass,
	/// Whether keys and signatures are checked.
	pub verify_signatures: bool,
	/// The operations in their order.
	pub operations: Vec<Operation>,
}

impl Story {
	/// The smallest story that still fails and can be had by leaving out blocks and operations.
	pub fn minimise(mut self, fails: impl Fn(&Story) -> bool) -> Story {
		loop {
			let before = self.size();
			let mut block = 0;
			while block < self.blocks.len() {
				let mut shorter = self.clone();
				shorter.blocks.remove(block);
				if fails(&shorter) {
					self = shorter;
					continue;
				}
				let mut piece = self.blocks[block].operations.len().div_ceil(2).max(1);
				loop {
					let mut start = 0;
					while start < self.blocks[block].operations.len() {
						let mut shorter = self.clone();
						let end = (start + piece).min(shorter.blocks[block].operations.len());
						shorter.blocks[block].operations.drain(start..end);
						if fails(&shorter) { self = shorter } else { start = end }
					}
					if piece == 1 {
						break;
					}
					piece = piece.div_ceil(2);
				}
				block += 1;
			}
			if self.size() == before {
				return self;
			}
		}
	}

	fn size(&self) -> usize {
		self.blocks.iter().map(|block| 1 + block.operations.len()).sum()
	}
}

impl fmt::Display for Story {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(f, "network {:?}", self.network)?;
		for (number, block) in (1..).zip(&self.blocks) {
			writeln!(
				f,
				"block {number}: timestamp {}, fee accounts and classes {:?}, join class {}, signatures {}",
				block.timestamp,
				block.chains,
				block.join_class.get(),
				block.verify_signatures,
			)?;
			for operation in &block.operations {
				writeln!(f, "  {operation:?}")?;
			}
		}
		Ok(())
	}
}
