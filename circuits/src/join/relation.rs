// SPDX-License-Identifier: Apache-2.0

//! The relation of section 10.2 of `docs/protocol.md`, natively. The constraints state it again.

use super::{
	kind::Kind,
	witness::{JoinOperation, JoinWitness},
};
use ark_ff::AdditiveGroup;
use ligature_primitives::{
	amount::Amount,
	constants::{BPS, JoinClass, MAX_CHAINS, MINIMUM_LIQUIDITY},
	ids::{ChainId, Side},
	log::{JointLog, LogEntry},
	poseidon::Word,
};
use primitive_types::U256;

/// A rule that an operation breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Rule {
	/// The entries are not of side 0 and side 1.
	#[error("J1: the entries are not of side 0 and side 1")]
	Sides,
	/// The entries are of different pools.
	#[error("J1: the entries are of different pools")]
	Parameters,
	/// Tokens above 511 or a fee above 1,023: no pool has them.
	#[error("J1: no pool has these parameters")]
	Pool,
	/// A chain of the pool is not in the list.
	#[error("J1: a chain of the pool is not in the list")]
	UnknownChain,
	/// The entries are of different transactions.
	#[error("J1: the entries are of different transactions")]
	Transaction,
	/// The accounts belong to different owners.
	#[error("J1: the accounts belong to different owners")]
	Owner,
	/// The far entry has supply or shares.
	#[error("10.1: side 1 has neither supply nor shares")]
	FarShares,
	/// The codes are no pair.
	#[error("J2: the codes are not those of one operation")]
	Codes,
	/// A reserve after the operation is negative or not below 2^112.
	#[error("J3: a reserve leaves its range")]
	Reserve,
	/// An entry's foreign reserve is not the other one's own.
	#[error("J3: a chain knows another reserve than the other chain has")]
	Foreign,
	/// A limit stands where nothing is signed, or the two entries have different ones.
	#[error("10.1: a limit that was not signed")]
	UnsignedLimit,
	/// The product of the reserves falls, or the pool keeps more than the remainder.
	#[error("J4: the amounts do not keep the product of the reserves")]
	Product,
	/// An amount breaks its signed limit.
	#[error("J4, J5, J6: an amount breaks its signed limit")]
	Limit,
	/// An amount is not the shares' part of the reserve.
	#[error("J5, J6: an amount is not the part of the reserve that the shares are of the supply")]
	Share,
	/// The first liquidity does not pay its limits.
	#[error("J5: the first liquidity does not pay its limits")]
	FirstAmounts,
	/// The first liquidity's shares are not the root.
	#[error("J5: the first shares are not the root of the product")]
	FirstRoot,
}

/// What of the join's relation does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
	/// The class does not hold the operations.
	#[error("{operations} joint operations, the class holds {capacity}")]
	Full {
		/// Operations.
		operations: usize,
		/// What the class holds.
		capacity: usize,
	},
	/// An operation breaks a rule.
	#[error("joint operation {operation}: {rule}")]
	Operation {
		/// Its place in the order, from 0.
		operation: usize,
		/// The rule.
		rule: Rule,
	},
	/// The operations make another log of this chain than the public one.
	#[error("the operations make another log of chain {0}")]
	Log(ChainId),
}

impl JoinWitness {
	/// The relation that the circuit of this class proves.
	///
	/// # Errors
	///
	/// The first thing that does not hold.
	pub fn check(&self, class: JoinClass) -> Result<(), Violation> {
		let (operations, capacity) = (self.operations.len(), class.capacity() as usize);
		if operations > capacity {
			return Err(Violation::Full { operations, capacity });
		}
		let mut logs = [JointLog::default(); MAX_CHAINS];
		for (number, operation) in self.operations.iter().enumerate() {
			let broken = |rule| Violation::Operation { operation: number, rule };
			operation.check().map_err(broken)?;
			for entry in [&operation.home, &operation.far] {
				let chain = entry.params.chain(entry.side);
				let place = self.place(chain).ok_or(broken(Rule::UnknownChain))?;
				logs[place].append(entry);
			}
		}
		for (log, public) in logs.iter().zip(&self.chains) {
			if (log.count, log.commitment) != (public.count, public.commitment) {
				return Err(Violation::Log(public.chain));
			}
		}
		Ok(())
	}

	/// The place of a present chain in the list.
	fn place(&self, chain: ChainId) -> Option<usize> {
		self.chains.iter().position(|log| log.chain == chain && chain != ChainId(0))
	}
}

/// `holds`, or the rule.
fn keep(rule: Rule, holds: bool) -> Result<(), Rule> {
	if holds { Ok(()) } else { Err(rule) }
}

/// The product of two amounts: below 2^224.
fn product(a: Amount, b: Amount) -> U256 {
	U256::from(a.get()) * U256::from(b.get())
}

/// The own reserve after an entry.
fn after(entry: &LogEntry, pays_in: bool) -> Result<Amount, Rule> {
	let (before, amount) = (entry.before, entry.amount);
	let after = if pays_in { before.checked_add(amount) } else { before.checked_sub(amount) };
	after.ok_or(Rule::Reserve)
}

impl JoinOperation {
	/// J1 to J6, but for the list of chains.
	///
	/// # Errors
	///
	/// The first rule that is broken, in the order of the protocol.
	pub fn check(&self) -> Result<(), Rule> {
		let Self { home, far } = self;
		let params = &home.params;
		keep(Rule::Sides, (home.side, far.side) == (Side::Zero, Side::One))?;
		keep(Rule::Parameters, home.params == far.params)?;
		let tokens = params.token0.is_l1() && params.token1.is_l1();
		keep(Rule::Pool, tokens && params.fee_bps >> super::entry::FEE_BITS == 0)?;
		keep(Rule::Transaction, home.tx == far.tx)?;
		keep(Rule::Owner, home.owner == far.owner)?;
		keep(Rule::FarShares, far.words()[2] == Word::ZERO)?;

		let kind = Kind::of(self).ok_or(Rule::Codes)?;
		let home_after = after(home, kind.pays_in(Side::Zero))?;
		let far_after = after(far, kind.pays_in(Side::One))?;
		keep(Rule::Foreign, home.foreign == far_after && far.foreign == home_after)?;

		let far_limits = (far.limit_a, far.limit_b);
		match kind {
			Kind::SwapIn0 => {
				let unsigned = far_limits == Default::default() && home.limit_b.is_zero();
				keep(Rule::UnsignedLimit, unsigned)?;
				check_swap((home, home.limit_a), (far, far_after))
			},
			Kind::SwapIn1 => {
				let unsigned =
					far.limit_b.is_zero() && (home.limit_a, home.limit_b) == Default::default();
				keep(Rule::UnsignedLimit, unsigned)?;
				check_swap((far, far.limit_a), (home, home_after))
			},
			Kind::Add | Kind::First => {
				keep(Rule::UnsignedLimit, far_limits == (home.limit_a, home.limit_b))?;
				if kind == Kind::First { self.check_first() } else { self.check_add() }
			},
			Kind::Remove | Kind::Exit => {
				keep(Rule::UnsignedLimit, far_limits == Default::default())?;
				self.check_remove()
			},
		}
	}

	/// J5 of a pool with shares.
	fn check_add(&self) -> Result<(), Rule> {
		let Self { home, far } = self;
		let within = home.amount <= home.limit_a && far.amount <= home.limit_b;
		keep(Rule::Limit, within)?;
		let supply = U256::from(home.supply.get());
		[home, far].into_iter().try_for_each(|side| {
			let paid = product(side.amount, home.supply);
			let worth = product(home.shares, side.before);
			let rounding = paid.checked_sub(worth).ok_or(Rule::Share)?;
			keep(Rule::Share, rounding < supply)
		})
	}

	/// J5 of a pool without shares.
	fn check_first(&self) -> Result<(), Rule> {
		let Self { home, far } = self;
		let limits = (home.limit_a, home.limit_b);
		keep(Rule::FirstAmounts, (home.amount, far.amount) == limits)?;
		let product = product(home.amount, far.amount);
		let root = U256::from(home.shares.get()) + U256::from(MINIMUM_LIQUIDITY);
		let next = root + U256::one();
		keep(Rule::FirstRoot, root * root <= product && product < next * next)
	}

	/// J6.
	fn check_remove(&self) -> Result<(), Rule> {
		let Self { home, far } = self;
		let within = home.amount >= home.limit_a && far.amount >= home.limit_b;
		keep(Rule::Limit, within)?;
		let supply = U256::from(home.supply.get());
		[home, far].into_iter().try_for_each(|side| {
			let paid = product(side.amount, home.supply);
			let worth = product(home.shares, side.before);
			let rounding = worth.checked_sub(paid).ok_or(Rule::Share)?;
			keep(Rule::Share, rounding < supply)
		})
	}
}

/// J4: the entry that pays in with its signed minimum, and the one that pays out with its reserve
/// afterwards.
fn check_swap(
	(input, least): (&LogEntry, Amount),
	(output, reserve_after): (&LogEntry, Amount),
) -> Result<(), Rule> {
	keep(Rule::Limit, output.amount >= least)?;
	let kept = U256::from(BPS.saturating_sub(input.params.fee_bps));
	let effective = U256::from(input.amount.get()) * kept / U256::from(BPS);
	let divisor = U256::from(input.before.get()) + effective;
	let before = product(input.before, output.before);
	let after = divisor * U256::from(reserve_after.get());
	let remainder = after.checked_sub(before).ok_or(Rule::Product)?;
	keep(Rule::Product, remainder < divisor)
}
