// SPDX-License-Identifier: Apache-2.0

//! RemoveLiquidity: shares of a pool for both of its tokens.

use crate::execution::{Creator, Credited, Entry, Execution, Pool, Signer};
use ligature_primitives::{
	amount::{Amount, Fee},
	ids::{AccountIndex, Side},
	op::{CellCode, Receiver, RemoveLiquidity, RemoveLiquidity0Half, RemoveLiquidity1Half, Target},
	pool::{RemoveOutcome, remove_liquidity},
	poseidon::Word,
	refusal::Refusal,
};

pub(super) fn execute(op: &RemoveLiquidity, x: &mut Execution<'_>) -> Result<(), Refusal> {
	let body = &op.tx.body;
	let params = &body.params;
	let chain0 = x.chain(params.chain0)?;
	x.chain(params.chain1)?;
	x.head(&op.tx)?;
	params.validate(x.network())?;
	if body.shares.is_zero() {
		return Err(Refusal::SharesZero);
	}
	x.take_fee(chain0, params.token0, body.fee)?;
	let pool = x.pool(params)?;
	let signer = Signer::new(&op.tx);
	let holder = (body.account, body.nonce);
	x.debit(chain0, holder, pool.lp_token(), Some(body.shares), &signer)?;
	let terms = Terms {
		account: body.account,
		shares: body.shares,
		minima: (body.min0, body.min1),
		fee: body.fee,
		far: (op.far, Creator::Signer),
	};
	let paid = pay_out(&pool, &terms, x)?;
	x.joint(
		&pool,
		RemoveLiquidity0Half {
			slot: pool.slot(Side::Zero),
			account: body.account,
			shares: body.shares,
			amount0: paid.outcome.amount0,
			fee: body.fee,
		},
		&Entry {
			code: CellCode::RemoveShares,
			side: Side::Zero,
			amount: paid.outcome.amount0,
			limits: terms.minima,
			shares: body.shares,
		},
		signer.hash(),
		paid.owner_word,
	);
	x.joint(
		&pool,
		RemoveLiquidity1Half {
			slot: pool.slot(Side::One),
			to: Receiver { account: paid.far.account, created: paid.far.created },
			amount1: paid.outcome.amount1,
		},
		&Entry {
			code: CellCode::RemoveOut1,
			side: Side::One,
			amount: paid.outcome.amount1,
			limits: (Amount::ZERO, Amount::ZERO),
			shares: Amount::ZERO,
		},
		signer.hash(),
		paid.owner_word,
	);
	Ok(())
}

/// On what terms shares are turned into tokens.
pub(super) struct Terms {
	/// The account on side 0, out of which the shares were taken.
	pub account: AccountIndex,
	pub shares: Amount,
	/// The least to get from each side.
	pub minima: (Amount, Amount),
	/// Taken out of what side 0 pays.
	pub fee: Fee,
	/// The account on side 1, and who creates it if it is new.
	pub far: (Target, Creator),
}

/// What turning shares into tokens came to.
pub(super) struct Paid {
	pub outcome: RemoveOutcome,
	/// The account that got side 1.
	pub far: Credited,
	pub owner_word: Word,
}

/// Burns shares that were taken out of the account: pays side 0 to it, side 1 to an account of the
/// same owner, and moves the pool.
pub(super) fn pay_out(pool: &Pool, terms: &Terms, x: &mut Execution<'_>) -> Result<Paid, Refusal> {
	let params = pool.params();
	let (min0, min1) = terms.minima;
	let outcome = remove_liquidity(pool.liquidity(), terms.shares, min0, min1)?;
	let after_fee = outcome.amount0.checked_sub(terms.fee.into()).ok_or(Refusal::FeeAboveAmount)?;
	let chain0 = pool.chain(Side::Zero);
	let leaf = x.state(chain0).account(terms.account).ok_or(Refusal::AccountMissing)?;
	let (owner, owner_word) = (leaf.owner, leaf.owner_word());
	x.add(chain0, terms.account, params.token0, after_fee)?;
	let (target, creator) = terms.far;
	let receiver = (target, owner, creator);
	let far = x.credit(pool.chain(Side::One), receiver, params.token1, outcome.amount1)?;
	x.set_pool(pool, &outcome.pool);
	Ok(Paid { outcome, far, owner_word })
}
