// SPDX-License-Identifier: Apache-2.0

//! What each cell does, as a table: the slot's constraints are written once, over sums of the cells' flags.
//!
//! A new operation adds rows here, and constraints of its own only if it does something that no
//! other does.

use crate::r1cs::Num;
use ark_bls12_381::Fr;
use ligature_primitives::{ids::Side, op::CellCode};

/// Where a cell can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
	/// In any slot.
	Any,
	/// In an even slot: it verifies a signature, or has a second cell.
	Even,
	/// In the odd slot after its first cell.
	Second,
}

/// What becomes of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Balance {
	/// Nothing.
	Keep,
	/// It rises by the amount.
	Credit,
	/// It falls by the amount.
	Debit,
}

/// Which balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
	/// None: token 0 is visited.
	None,
	/// The selector: an L1 token.
	L1,
	/// The selector: any token.
	Any,
	/// The selector: an LP token.
	Lp,
	/// The pool's own token; the selector is the pool's slot.
	Own,
	/// The pool's LP token; the selector is the pool's slot.
	Shares,
}

/// What the second public word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aux {
	/// Zero.
	Zero,
	/// An owner word, with which the leaf's is compared.
	Owner,
	/// The leaf's owner word if the cell creates the leaf, else zero.
	Created,
	/// Whatever was signed or asked for on L1.
	Free,
	/// A pool's parameters.
	Params,
}

/// What becomes of a pool's own reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reserve {
	/// The cell uses no register of its own.
	None,
	/// The register comes into being.
	Create,
	/// It rises.
	In,
	/// It falls.
	Out,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
	pub code: CellCode,
	pub place: Place,
	/// Debits by signature: the nonce rises.
	pub signed: bool,
	/// Takes a fee.
	pub fee: bool,
	/// Can create its leaf.
	pub creates: bool,
	pub balance: Balance,
	pub token: Token,
	pub aux: Aux,
	pub reserve: Reserve,
	/// The side of the pool that it must be.
	pub side: Option<Side>,
}

const KEEP: Rule = Rule {
	code: CellCode::Noop,
	place: Place::Any,
	signed: false,
	fee: false,
	creates: false,
	balance: Balance::Keep,
	token: Token::None,
	aux: Aux::Zero,
	reserve: Reserve::None,
	side: None,
};

/// All cells.
pub(super) const RULES: [Rule; 20] = {
	use Balance::{Credit, Debit};
	use CellCode as Code;
	use Place::{Even, Second};
	use Side::{One, Zero};
	[
		KEEP,
		Rule {
			code: Code::Deposit,
			creates: true,
			balance: Credit,
			token: Token::L1,
			aux: Aux::Owner,
			..KEEP
		},
		Rule { code: Code::SetKey, place: Second, aux: Aux::Free, ..KEEP },
		Rule { code: Code::FullExit, balance: Debit, token: Token::L1, aux: Aux::Owner, ..KEEP },
		Rule { code: Code::ChangePubKey, place: Even, creates: true, aux: Aux::Owner, ..KEEP },
		Rule { code: Code::CreatePool, aux: Aux::Params, reserve: Reserve::Create, ..KEEP },
		Rule {
			code: Code::ExitBurn,
			place: Even,
			balance: Debit,
			token: Token::Lp,
			aux: Aux::Owner,
			reserve: Reserve::Out,
			side: Some(Zero),
			..KEEP
		},
		Rule { code: Code::ExitOut0, place: Second, balance: Credit, token: Token::Own, ..KEEP },
		Rule {
			code: Code::ExitOut1,
			creates: true,
			balance: Credit,
			token: Token::Own,
			aux: Aux::Created,
			reserve: Reserve::Out,
			side: Some(One),
			..KEEP
		},
		Rule {
			code: Code::TransferOut,
			place: Even,
			signed: true,
			fee: true,
			balance: Debit,
			token: Token::Any,
			..KEEP
		},
		Rule {
			code: Code::TransferIn,
			place: Second,
			creates: true,
			balance: Credit,
			token: Token::Any,
			aux: Aux::Created,
			..KEEP
		},
		Rule {
			code: Code::Withdraw,
			place: Even,
			signed: true,
			fee: true,
			balance: Debit,
			token: Token::L1,
			aux: Aux::Free,
			..KEEP
		},
		Rule {
			code: Code::SwapIn,
			place: Even,
			signed: true,
			fee: true,
			balance: Debit,
			token: Token::Own,
			reserve: Reserve::In,
			..KEEP
		},
		Rule {
			code: Code::SwapOut,
			creates: true,
			balance: Credit,
			token: Token::Own,
			aux: Aux::Created,
			reserve: Reserve::Out,
			..KEEP
		},
		Rule {
			code: Code::AddIn0,
			place: Even,
			signed: true,
			fee: true,
			balance: Debit,
			token: Token::Own,
			reserve: Reserve::In,
			side: Some(Zero),
			..KEEP
		},
		Rule {
			code: Code::AddShares,
			place: Second,
			balance: Credit,
			token: Token::Shares,
			..KEEP
		},
		Rule {
			code: Code::AddIn1,
			place: Even,
			signed: true,
			balance: Debit,
			token: Token::Own,
			reserve: Reserve::In,
			side: Some(One),
			..KEEP
		},
		Rule {
			code: Code::RemoveShares,
			place: Even,
			signed: true,
			fee: true,
			balance: Debit,
			token: Token::Shares,
			reserve: Reserve::Out,
			side: Some(Zero),
			..KEEP
		},
		Rule { code: Code::RemoveOut0, place: Second, balance: Credit, token: Token::Own, ..KEEP },
		Rule {
			code: Code::RemoveOut1,
			creates: true,
			balance: Credit,
			token: Token::Own,
			aux: Aux::Created,
			reserve: Reserve::Out,
			side: Some(One),
			..KEEP
		},
	]
};

/// For each cell that can stand in a slot, the bit that says whether it does.
#[derive(Clone, Debug)]
pub(super) struct Flags(pub Vec<(Rule, Num)>);

impl Flags {
	/// The flag of one code; zero if it cannot stand here.
	pub fn of(&self, code: CellCode) -> Num {
		self.any(|rule| rule.code == code)
	}

	/// Whether a cell of some kind can stand here at all; what the circuit is, not what the witness is.
	pub fn has(&self, kind: impl Fn(&Rule) -> bool) -> bool {
		self.0.iter().any(|(rule, _)| kind(rule))
	}

	/// Whether the cell is of some kind: the sum of the flags.
	pub fn any(&self, kind: impl Fn(&Rule) -> bool) -> Num {
		let mut sum = Num::zero();
		for (rule, flag) in &self.0 {
			if kind(rule) {
				sum += flag;
			}
		}
		sum
	}

	/// The sum of `weight·flag`.
	pub fn weighted(&self, weight: impl Fn(&Rule) -> Fr) -> Num {
		Num::sum(self.0.iter().map(|(rule, flag)| (weight(rule), flag)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_code_should_have_one_row_in_order() {
		let codes: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
		assert_eq!(codes, CellCode::ALL);
	}
}
