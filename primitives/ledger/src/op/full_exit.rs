// SPDX-License-Identifier: Apache-2.0

//! FullExit: a whole balance to L1; for shares of a pool, into balances on both chains.

use super::remove_liquidity::{Terms, pay_out};
use crate::execution::{Creator, Entry, Execution};
use ark_ff::AdditiveGroup;
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::Side,
	op::{CellCode, ExitBurnHalf, ExitLiquidity1Half, FullExit, FullExitHalf, Receiver},
	poseidon::Word,
	refusal::Refusal,
};

pub(super) fn execute(op: &FullExit, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let chain = x.chain(op.chain)?;
	if !op.token.is_valid() {
		return Err(Refusal::TokenOutOfRange);
	}
	op.owner.non_zero()?;
	// The outcome is the state's, not the operator's: another's account, or none, pays nothing.
	let balance = x
		.state(chain)
		.account(op.account)
		.filter(|leaf| leaf.owner == op.owner)
		.map_or(Amount::ZERO, |leaf| leaf.balance(op.token));
	if op.token.is_lp() {
		exit_shares(op, chain, balance, x)
	} else {
		exit_token(op, chain, balance, x)
	}
}

/// An L1 token: the balance goes to its owner on L1.
fn exit_token(
	op: &FullExit,
	chain: usize,
	paid: Amount,
	x: &mut Execution<'_>,
) -> Result<(), Refusal> {
	if !paid.is_zero() {
		x.set_balance(chain, op.account, op.token, Amount::ZERO);
		x.pay(chain, op.owner, op.token, paid);
	}
	let half = FullExitHalf { account: op.account, token: op.token, owner: op.owner, paid };
	x.served(chain, half);
	Ok(())
}

/// Shares: as if the owner removed all of them, without a minimum.
fn exit_shares(
	op: &FullExit,
	chain: usize,
	shares: Amount,
	x: &mut Execution<'_>,
) -> Result<(), Refusal> {
	let slot = op.token.lp_slot().ok_or(Refusal::TokenOutOfRange)?;
	let burn =
		|amount0| ExitBurnHalf { account: op.account, slot, owner: op.owner, shares, amount0 };
	if shares.is_zero() {
		x.served(chain, burn(Amount::ZERO));
		return Ok(());
	}
	let leaf = x.state(chain).pool(slot).ok_or(Refusal::PoolMissing)?;
	let params = leaf.params;
	let pool = x.pool(&params)?;
	x.set_balance(chain, op.account, op.token, Amount::ZERO);
	let terms = Terms {
		account: op.account,
		shares,
		minima: (Amount::ZERO, Amount::ZERO),
		fee: Fee::ZERO,
		far: (op.far, Creator::Exit),
	};
	let paid = pay_out(&pool, &terms, x)?;
	let no_limits = (Amount::ZERO, Amount::ZERO);
	x.joint(
		&pool,
		burn(paid.outcome.amount0),
		&Entry {
			code: CellCode::ExitBurn,
			side: Side::Zero,
			amount: paid.outcome.amount0,
			limits: no_limits,
			shares,
		},
		Word::ZERO,
		paid.owner_word,
	);
	x.joint(
		&pool,
		ExitLiquidity1Half {
			slot: pool.slot(Side::One),
			to: Receiver { account: paid.far.account, created: paid.far.created },
			amount1: paid.outcome.amount1,
		},
		&Entry {
			code: CellCode::ExitOut1,
			side: Side::One,
			amount: paid.outcome.amount1,
			limits: no_limits,
			shares: Amount::ZERO,
		},
		Word::ZERO,
		paid.owner_word,
	);
	Ok(())
}
