// SPDX-License-Identifier: Apache-2.0

//! # The join circuit
//!
//! Each chain's circuit proves its own half of a block and vouches for a *joint log*: what happened on
//! this chain in operations that span two pools' sides. It accepts any reserves and amounts that its
//! own balances bear. The join circuit opens the logs of all chains and shows that the halves belong
//! together and keep the rules of swaps and liquidity (section 10 of `docs/protocol.md`).
//!
//! # Statement
//!
//! The public input is that of section 11.4. For it there is a list of at most as many joint operations as
//! the class holds, each with an entry of side 0, the *home* entry E0, and one of side 1, the *far*
//! entry E1, such that
//!
//! - appending E0 to the log of its chain and then E1 to that of its chain, operation by operation,
//!   gives the public commitments and counts (so nothing can be left out, added or done twice);
//! - every operation keeps J1 to J6.
//!
//! [`JoinWitness::check`] states this natively, rule by rule; the modules state it again in constraints:
//!
//! | module | rules |
//! |---|---|
//! | `public` | section 11.4; absent chains |
//! | `logs` | the chain of an entry is in the list; the logs are what the entries make them |
//! | `entry` | the words of an entry and the width of every field |
//! | `kind` | J2 |
//! | `operation` | J1, J3, the limits of J4 to J6 |
//! | `swap` | J4 |
//! | `liquidity` | J5 for a pool with shares, and J6 |
//! | `first` | J5 for a pool without |
//!
//! # Widths
//!
//! A log holds packed words; a word does not show its fields. A decomposition is the one that the
//! chain meant if every field is shown to have its width: the sum of the fields is then the integer below
//! 2^248 that the word is. Fourteen numbers of 112 bits do it for an operation, whatever its kind:
//!
//! | numbers | why |
//! |---|---|
//! | E0.before, E1.before | fields |
//! | own reserve after, both sides | J3: they are the other entry's `foreign`; J4: the product |
//! | E0.supply, E0.shares, limit_a, limit_b | fields (E1 has the same limits or 0, and no supply) |
//! | `output − limit_a`, `input − limit_b`, either with the sign of the kind | the limits |
//! | four remainders | J4, J5, J6: a division and its bound, two times |
//!
//! The amounts have no bits of their own. Reserves before and after have 112 bits and an amount is their
//! difference, so its size is below 2^112; that it is not negative follows from the rules of its kind:
//!
//! | kind | home amount x | far amount y |
//! |---|---|---|
//! | swap | input: the second limit, which is 0 · output: x ≥ limit_a | the other way around |
//! | add | x·S = s·r0 + ρ with S > ρ ≥ 0 | y·S = s·r1 + ρ |
//! | first | x = limit_a | y = limit_b |
//! | remove, exit | x ≥ limit_a | y ≥ limit_b |
//!
//! What the four remainders are:
//!
//! | kind | 0 | 1 | 2 | 3 |
//! |---|---|---|---|---|
//! | swap | rem | r_i + a0 − 1 − rem | unused | unused |
//! | add, remove, exit | ρ0 | S − 1 − ρ0 | ρ1 | S − 1 − ρ1 |
//! | first | x·y − T² is their sum | | 2T − (x·y − T²) is their sum | |
//!
//! All products are below 2^227 in size and the field has 255 bits, so an equation between them is one
//! between integers.
//!
//! # What it is stricter about than J1 to J6
//!
//! The join also refuses what no chain circuit ever writes: supply or shares on side 1, limits in a half
//! that verifies no signature (and a second limit in a swap), tokens of a pool above 511, fees above
//! 1,023 hundredths of a per cent. The first two make one decomposition do for both entries, the others
//! spare bits.

mod entry;
mod first;
mod kind;
mod liquidity;
mod logs;
mod operation;
mod order;
mod public;
mod relation;
mod swap;
#[cfg(test)]
pub(crate) mod tests;
mod witness;

pub use self::{
	entry::{AMOUNT, FAR_SHARES},
	first::{FIRST_AMOUNTS, FIRST_LOWER, FIRST_PRODUCT, FIRST_ROOT, FIRST_SUPPLY, FIRST_UPPER},
	kind::{CODE, KIND},
	liquidity::{ADD_ROUNDING, EXCESS, REMOVE_ROUNDING, ROUNDING_BOUND, WORTH},
	logs::{CHAIN, LOG_AFTER, LOG_BEFORE, ONE_CHAIN},
	operation::{
		AFTER, DIRECTION, FIRST_LIMIT, FOREIGN, OWNER, PARAMETERS, SECOND_LIMIT, SIGNED_LIMIT,
		TRANSACTION,
	},
	public::{ABSENT, COMMITMENT, COUNT, PUBLIC_INPUT},
	relation::{Rule, Violation},
	swap::{EFFECTIVE_INPUT, FEE_ROUNDING, PRODUCT, SWAP, SWAP_BOUND, SWAP_REMAINDER},
	witness::{ChainLog, JoinOperation, JoinWitness, WitnessError},
};

use self::{logs::Logs, operation::Operation, public::Public};
use crate::r1cs::{Builder, Circuit};
use ligature_primitives::constants::JoinClass;

/// The statement for one class, with a witness.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinCircuit {
	/// How many operations it holds.
	pub class: JoinClass,
	/// The logs and the operations that make them. What is missing to the class's capacity is padding;
	/// operations beyond it are not looked at, and the logs do not come out.
	pub witness: JoinWitness,
}

impl Circuit for JoinCircuit {
	fn name(&self) -> String {
		format!("join-{}", self.class.capacity())
	}

	fn synthesize(&self, b: &mut Builder) {
		b.region(|| "public values".into());
		let public = Public::allocate(b, &self.witness);
		let mut logs = Logs::new(public.chain_ids());
		for place in 0..self.class.capacity() as usize {
			b.region(|| format!("joint operation {place}"));
			let operation = Operation::constrain(b, self.witness.operations.get(place));
			for half in &operation.halves {
				logs.append(b, &operation.used, half);
			}
		}
		b.region(|| "public input".into());
		public.constrain(b, self.class, &logs);
	}
}
