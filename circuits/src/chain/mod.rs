// SPDX-License-Identifier: Apache-2.0

//! # The chain circuit
//!
//! One chain's half of a block: from the old root to the new one, over the slots of a size class. One key
//! per size class serves all chains.
//!
//! The statement is section 8 of `docs/protocol.md` ("what the chain circuit enforces of cells"), its public input
//! the hash of section 11.4. `docs/circuits.md` gives the reasoning.
//!
//! | file | what it shows |
//! |---|---|
//! | `witness` | what the prover knows |
//! | `rules` | the table of cells |
//! | `pair` | an even slot and the odd one after it, with all that ties them together |
//! | `cell` | what every cell does to its leaf and balance |
//! | `account` | leaves and paths |
//! | `pools` | pool leaves as registers |
//! | `signed` | the words that a debiting cell's owner signed |
//! | `fees` | fees, summed and credited |
//! | `log` | the joint log |
//! | `public` | the public input |
//! | `trace`, `overlay` | the witness of a block, from the ledger |

mod account;
mod cell;
mod fees;
mod log;
mod overlay;
mod pair;
mod pools;
mod public;
mod rules;
mod signed;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
mod witness;

pub use trace::{Destination, Script, Step, TraceError};
pub use witness::{
	ACCOUNT_PATH, ACCOUNT_TOP, AccountVisit, BalanceVisit, ChainWitness, FeeWitness, LeafWords,
	POOL_PATH, POOL_TOP, RegisterWitness, Siblings, SignedWitness, SlotWitness,
};

use crate::{
	gadgets::{poseidon::hash, tree::UpperNodes},
	r1cs::{Builder, Circuit},
};
use fees::Fees;
use ligature_primitives::poseidon::Domain;
use log::Log;
use pair::{Running, pair};
use pools::Registers;
use public::{Context, Outcome, public_input};

/// The statement of one chain's half of a block, with a witness.
#[derive(Clone, Debug)]
pub struct ChainCircuit<'a> {
	/// What the prover knows; also says of which size class the circuit is.
	pub witness: &'a ChainWitness,
}

impl Circuit for ChainCircuit<'_> {
	fn name(&self) -> String {
		format!("chain-{}", self.witness.slots.len())
	}

	fn synthesize(&self, b: &mut Builder) {
		let witness = self.witness;
		b.region(|| "context".into());
		let context = Context::new(b, witness);
		let accounts = UpperNodes::new(b, Domain::ACCOUNT_NODE, &witness.account_top);
		let mut pool_tree = UpperNodes::new(b, Domain::POOL_NODE, &witness.pool_top);
		let old = [accounts.root(b), pool_tree.root(b)];
		let old_root = hash(b, Domain::ROOT, &old);

		b.region(|| "registers: load".into());
		let pools = Registers::load(b, &context.chain, &witness.registers);

		b.region(|| "fees: tokens".into());
		let fees = Fees::new(b, &witness.fees);
		let next = context.old_next.clone();
		let mut run = Running { accounts, pools, fees, log: Log::new(), next, data: Vec::new() };
		let (pairs, _) = witness.slots.as_chunks::<2>();
		for (index, [even, odd]) in pairs.iter().enumerate() {
			pair(b, index, &context, &mut run, [even, odd]);
		}
		let Running { mut accounts, pools, fees, log, next, mut data } = run;

		b.region(|| "fees: credit".into());
		let fee_account = fees.credit(b, &mut accounts, &witness.fee_account, &witness.fees);

		b.region(|| "registers: store".into());
		data.extend(pools.store(b, &mut pool_tree));

		b.region(|| "public data".into());
		let data = hash(b, Domain::PUBLIC_DATA, &data);

		b.region(|| "public input".into());
		let new = [accounts.root(b), pool_tree.root(b)];
		let new_root = hash(b, Domain::ROOT, &new);
		public_input(
			b,
			witness.class.get(),
			&context,
			Outcome {
				fee_account: fee_account.num,
				new_next: next,
				log_count: log.count,
				old_root,
				new_root,
				data,
				log: log.commitment,
			},
		);
	}
}
