// SPDX-License-Identifier: Apache-2.0

//! What was sent, so that a failure can be told and repeated.

use polkadot_sdk::*;

use codec::{Decode, Encode};
use frame_support::traits::GetCallMetadata;
use ligature_primitives::ids::ChainId;
use ligature_runtime::RuntimeCall;

use super::{Letter, Plan};
use crate::{chain::Applied, people::Person};

/// Bytes of a call that are printed: of longer ones the beginning.
const SHOWN: usize = 256;

enum Entry {
	Waited(ChainId, u32),
	Sent { chain: ChainId, who: Person, call: Vec<u8>, outcome: Option<String> },
}

/// The calls of a run in their order. Prints itself when a panic ends the run.
pub(super) struct Trace {
	seed: u64,
	plan: Plan,
	entries: Vec<Entry>,
}

impl Trace {
	pub(super) fn new(seed: u64, plan: Plan) -> Self {
		Self { seed, plan, entries: Vec::new() }
	}

	pub(super) fn waited(&mut self, chain: ChainId, blocks: u32) {
		self.entries.push(Entry::Waited(chain, blocks));
	}

	/// Notes a call before it is sent.
	pub(super) fn sends(&mut self, letter: &Letter) {
		let Letter { chain, who, call } = letter;
		let (chain, who, call) = (*chain, *who, call.encode());
		self.entries.push(Entry::Sent { chain, who, call, outcome: None });
	}

	/// Notes what became of the last call.
	pub(super) fn applied(&mut self, applied: &Applied) {
		if let Some(Entry::Sent { outcome, .. }) = self.entries.last_mut() {
			*outcome = Some(format!("{:?}", applied.outcome));
		}
	}

	fn print(&self) {
		eprintln!(
			"seed {}, {:?}; to run it alone: LIGATURE_FUZZ_SEED={}",
			self.seed, self.plan, self.seed
		);
		for (number, entry) in self.entries.iter().enumerate() {
			match entry {
				Entry::Waited(chain, blocks) => eprintln!("{number} chain {chain} waits {blocks}"),
				Entry::Sent { chain, who, call, outcome } => {
					let name = RuntimeCall::decode(&mut &call[..])
						.map(|call| call.get_call_metadata())
						.map(|call| format!("{}.{}", call.pallet_name, call.function_name))
						.unwrap_or_default();
					let hex: String =
						call.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
					let (bytes, outcome) = (call.len(), outcome.as_deref().unwrap_or("?"));
					eprintln!(
						"{number} chain {chain} {:?} {name} 0x{hex} ({bytes} bytes): {outcome}",
						who.0
					);
				},
			}
		}
	}
}

impl Drop for Trace {
	fn drop(&mut self) {
		if std::thread::panicking() {
			self.print();
		}
	}
}
